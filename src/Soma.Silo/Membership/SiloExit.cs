using Soma.Hosting;

namespace Soma.Silo.Membership;

/// <summary>With which code this silo ends; stopped, unless it turned out that it must not go on.</summary>
internal sealed class SiloExit
{
    private int _code = (int)ExitCode.Stopped;

    public ExitCode Code
    {
        get => (ExitCode)Volatile.Read(ref _code);
        set => Volatile.Write(ref _code, (int)value);
    }

    /// <summary>Ends the process without the host's own way out, on another thread: exiting waits for the locks of this one.</summary>
    public static void EndNow(ExitCode code) => new Thread(() => Environment.Exit((int)code)) { IsBackground = true }.Start();
}
