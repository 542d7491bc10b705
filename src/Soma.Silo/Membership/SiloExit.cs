namespace Soma.Silo.Membership;

/// <summary>Holds the exit code of this silo: <see cref="ExitCode.Stopped"/> unless the silo had to give up.</summary>
internal sealed class SiloExit
{
    private int _code = (int)ExitCode.Stopped;

    public ExitCode Code
    {
        get => (ExitCode)Volatile.Read(ref _code);
        set => Volatile.Write(ref _code, (int)value);
    }

    /// <summary>
    /// Ends the process without the host's shutdown. It runs on another thread, because exiting waits for locks that
    /// the calling thread holds.
    /// </summary>
    public static void EndNow(ExitCode code) => new Thread(() => Environment.Exit((int)code)) { IsBackground = true }.Start();
}

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

/// <summary>Registers the services with which a silo watches its own cluster membership.</summary>
internal static class MembershipServices
{
    public static IServiceCollection AddSiloMembership(this IServiceCollection services) => services
        .AddSingleton<SiloExit>()
        .AddSingleton<IFatalErrorHandler, DeathHandler>()
        .AddSingleton<OwnRow>()
        .AddHostedService<MembershipWatch>();
}
