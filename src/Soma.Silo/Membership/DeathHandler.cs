using Soma.Hosting;

namespace Soma.Silo.Membership;

/// <summary>Ends a silo that the others declared dead, at once: its namespaces have new owners, it has nothing left to save.</summary>
/// <remarks>
/// Orleans' own handler waits two seconds and aborts the process with a dump. Nothing may be drained here: commits of this
/// silo are refused by the fence, and callers get their answers from the new owners under the same keys.
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
