using Soma.Hosting;

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
