namespace Soma.Hosting;

/// <summary>
/// The process cannot start, for a reason that its operator can fix. The message is the one line that the operator
/// sees.
/// </summary>
public sealed class StartupException(ExitCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public ExitCode Code { get; } = code;
}
