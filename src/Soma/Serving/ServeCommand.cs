using Soma.Hosting;

namespace Soma.Serving;

/// <summary><c>soma serve</c>: the whole service in this process, until it is told to stop.</summary>
public static class ServeCommand
{
    public static Task<ExitCode> RunAsync(SettingsReader settings, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ProcessBoundary.RunAsync("soma", settings, errors, async () =>
        {
            await ServeAsync(ServeOptions.Read(settings), output, errors, cancellationToken);
            return ExitCode.Stopped;
        });

    private static async Task ServeAsync(ServeOptions options, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        Preflight.CheckPort(options.Address, options.Port, "SOMA_API_HOST", "SOMA_API_PORT");
        if (options.PostgresUrl is null)
        {
            Preflight.CheckDataFolder(options.DataFolder);
        }

        var app = SomaServer.Build(options);
        await using (app)
        {
            await app.OpenStoreAsync(cancellationToken);
            await app.StartAsync(cancellationToken);
            if (Banner.Warn(options) is { } warning)
            {
                await errors.WriteLineAsync($"soma: {warning}".AsMemory(), cancellationToken);
            }

            await output.WriteLineAsync(Banner.Describe(options, ProductVersion.Current).AsMemory(), cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
        }
    }
}
