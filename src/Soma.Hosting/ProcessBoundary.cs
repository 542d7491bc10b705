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
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(errors);
        ArgumentNullException.ThrowIfNull(run);
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
