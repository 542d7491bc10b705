using Soma.Grains.Interfaces.Settings;

namespace Soma.Serving;

/// <summary><c>soma serve</c>: the whole service in this process, until it is told to stop.</summary>
public static class ServeCommand
{
    public static async Task<ExitCode> RunAsync(SettingsReader settings, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            await ServeAsync(ServeOptions.Read(settings), output, errors, cancellationToken);
            return ExitCode.Stopped;
        }
        // The outermost boundary: whatever it was ends as one line and a code, never as a stack trace on a terminal.
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            var explained = StartupFailures.Explain(failure);
            await errors.WriteLineAsync($"soma: {explained.Message}".AsMemory(), cancellationToken);
            if (ShowsDetail(settings) && explained.InnerException is { } inner)
            {
                await errors.WriteLineAsync(inner.ToString().AsMemory(), cancellationToken);
            }

            return explained.Code;
        }
    }

    private static async Task ServeAsync(ServeOptions options, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        Preflight.CheckPort(options.Address, options.Port);
        if (options.PostgresUrl is null)
        {
            Preflight.CheckDataFolder(options.DataFolder);
        }

        var app = SomaServer.Build(options);
        await using (app)
        {
            await app.InitializeStoreAsync(cancellationToken);
            await app.StartAsync(cancellationToken);
            if (Banner.Warn(options) is { } warning)
            {
                await errors.WriteLineAsync($"soma: {warning}".AsMemory(), cancellationToken);
            }

            await output.WriteLineAsync(Banner.Describe(options, ProductVersion.Current).AsMemory(), cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
        }
    }

    private static bool ShowsDetail(SettingsReader settings) => settings.Text("LOG_LEVEL")?.ToUpperInvariant() is "DEBUG" or "TRACE";
}
