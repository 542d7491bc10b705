namespace Soma.Hosting;

/// <summary>The outermost boundary of a process: whatever stops it ends as one line and a code, never as a stack trace.</summary>
public static class ProcessBoundary
{
    /// <param name="name">What the line starts with, e.g. <c>soma-silo</c>.</param>
    /// <param name="settings"><c>LOG_LEVEL=debug</c> adds where it failed.</param>
    /// <param name="errors">Where the line goes.</param>
    /// <param name="run">The process, until it is told to stop.</param>
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
