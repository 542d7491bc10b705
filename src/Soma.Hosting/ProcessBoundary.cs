using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Soma.Hosting;

/// <summary>
/// The outermost exception handler of a process: any failure ends the process with one line and an exit code, never
/// with a stack trace.
/// </summary>
public static class ProcessBoundary
{
    /// <param name="name">The program's name, printed at the start of the line, e.g. <c>soma-silo</c>.</param>
    /// <param name="settings">With <c>LOG_LEVEL=debug</c> the inner exception and its stack trace are printed
    /// too.</param>
    /// <param name="errors">Receives the line.</param>
    /// <param name="run">The process itself; it returns when the process is told to stop.</param>
    public static async Task<ExitCode> RunAsync(string name, SettingsReader settings, TextWriter errors, Func<Task<ExitCode>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            var explained = StartupFailures.Explain(failure);
            await errors.WriteLineAsync($"{name}: {explained.Message}");
            if (settings.Text("LOG_LEVEL")?.ToUpperInvariant() is "DEBUG" or "TRACE" && explained.InnerException is { } inner)
            {
                await errors.WriteLineAsync(inner.ToString());
            }

            return explained.Code;
        }
    }
}

/// <summary>Turns the exception that stopped a start into one line for people and an exit code for scripts.</summary>
public static class StartupFailures
{
    public static StartupException Explain(Exception failure) => failure switch
    {
        StartupException known => known,
        InvalidSettingException or OptionsValidationException => new(ExitCode.BadSetting, failure.Message, failure),
        IOException { InnerException: AddressInUseException } => new(ExitCode.PortBusy, FirstLine(failure), failure),
        _ => new(ExitCode.Failed, $"cannot start: {FirstLine(failure)} (LOG_LEVEL=debug shows where)", failure),
    };

    public static string FirstLine(Exception failure) => failure.Message.Split('\n', 2)[0].TrimEnd();
}

/// <summary>
/// The process cannot start, for a reason that its operator can fix. The message is the one line that the operator
/// sees.
/// </summary>
public sealed class StartupException(ExitCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public ExitCode Code { get; } = code;
}

/// <summary>
/// An environment variable holds a value that is not allowed. The process must stop rather than start with a default in
/// its place.
/// </summary>
public sealed class InvalidSettingException(string variable, string problem) : Exception($"{variable} {problem}")
{
    /// <summary>The variable's name, e.g. <c>SOMA_API_PORT</c>.</summary>
    public string Variable { get; } = variable;
}
