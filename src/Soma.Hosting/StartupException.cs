namespace Soma.Hosting;

/// <summary>The process cannot serve, for a reason that its operator can mend; the message is the one line they see.</summary>
public sealed class StartupException(ExitCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public ExitCode Code { get; } = code;
}
