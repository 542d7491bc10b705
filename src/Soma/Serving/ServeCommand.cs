using Soma.Gateway.Hosting;
using Soma.Hosting;
using Soma.Silo.Hosting;

namespace Soma.Serving;

/// <summary><c>soma serve</c>: runs gateway, silo and store in this process until it is told to stop.</summary>
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
        Preflight.CheckPort(options.Http.Address, options.Http.Port, HttpOptions.HostVariable, HttpOptions.PortVariable);
        if (options.Postgres is null)
        {
            Preflight.CheckDataFolder(options.DataFolder);
        }

        await using var guard = options.Postgres is { } postgres ? await HostGuard.AcquireAloneAsync(postgres, cancellationToken) : null;
        var app = SomaServer.Build(options);
        await using (app)
        {
            await app.Services.InitializeStoreAsync(cancellationToken);
            await app.Services.OpenTextModelsAsync(cancellationToken);
            await app.StartAsync(cancellationToken);
            if (options.Http.Notice is { } notice)
            {
                await errors.WriteLineAsync($"soma: {notice}".AsMemory(), cancellationToken);
            }

            await output.WriteLineAsync(Banner.Describe(options, ProductVersion.Current).AsMemory(), cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
        }
    }
}
