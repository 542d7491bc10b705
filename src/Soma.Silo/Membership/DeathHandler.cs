using Soma.Hosting;

namespace Soma.Silo.Membership;

/// <summary>
/// Ends the process at once when the other silos declared this silo dead. Its namespaces already have new owners, so
/// there is nothing left to save.
/// </summary>
/// <remarks>
/// Orleans' own handler waits two seconds and aborts the process with a memory dump. This silo must not drain: the
/// fence refuses its commits, and callers are answered by the new owners under the same operation keys.
/// </remarks>
internal sealed class DeathHandler(ILogger<DeathHandler> logger) : IFatalErrorHandler
{
    public bool IsUnexpected(Exception exception) => exception is not ThreadAbortException;

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
    {
        Log.SiloEnds(logger, exception, context ?? "unknown");
        Console.Error.WriteLine($"soma-silo: the other silos declared this one dead, or it can no longer take part: {context}");
        SiloExit.EndNow(ExitCode.DeclaredDead);
    }
}
