using Soma.Gateway.Limits;

namespace Soma.Gateway.Hosting;

/// <summary>Runs one gateway of a cluster until it is told to stop.</summary>
internal static class GatewayProcess
{
    public const string Name = "soma-gateway";

    public static Task<ExitCode> RunAsync(SettingsReader settings, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ProcessBoundary.RunAsync(Name, settings, errors, async () =>
        {
            var options = GatewayProcessOptions.Read(settings);
            Preflight.CheckPort(options.Http.Address, options.Http.Port, HttpOptions.HostVariable, HttpOptions.PortVariable);
            var app = Build(options, settings);
            await using (app)
            {
                if (options.Http.Notice is { } notice)
                {
                    await errors.WriteLineAsync($"{Name}: {notice}".AsMemory(), cancellationToken);
                }

                await output.WriteLineAsync($"Soma gateway {ProductVersion.Current} on {options.Http.Url}".AsMemory(), cancellationToken);
                await app.StartAsync(cancellationToken);
                await app.WaitForShutdownAsync(cancellationToken);
                return ExitCode.Stopped;
            }
        });

    /// <summary>Asks the gateway that runs with these settings whether it is ready.</summary>
    public static Task<ExitCode> AskHealthAsync(SettingsReader settings, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ProcessBoundary.RunAsync(Name, settings, errors, () =>
            HealthCommand.AskOwnAsync(Name, new Uri(HttpOptions.ReadUrl(settings), "readyz"), output, errors, cancellationToken));

    private static WebApplication Build(GatewayProcessOptions options, SettingsReader settings)
    {
        var builder = WebProcess.CreateBuilder(Name, options.LogLevel).AddSomaMetrics();
        // Services start concurrently so that the gateway answers, as not ready, while it still looks for silos.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
        builder.UseOrleansClient(client => client.UseSomaCluster(options));
        builder.Services.AddSharedRateLimits(options.Redis, options.ServiceId);
        builder.Services.AddSomaGateway(options.Gateway);
        builder.ListenForSoma(options.Http, options.Gateway);
        builder.AddSomaTracing(settings, Name, "Soma");
        var app = builder.Build();
        app.UseSomaGateway();
        // After the gateway's own steps, so that these refusals carry a request id and what browsers need too.
        app.Use(RefuseUntilConnected(app.Lifetime));
        app.MapSoma();
        return app;
    }

    /// <summary>
    /// Answers 503 until the first silo is reached: the server listens earlier, and an Orleans client that has not
    /// started accepts no calls.
    /// </summary>
    private static Func<HttpContext, RequestDelegate, Task> RefuseUntilConnected(IHostApplicationLifetime lifetime) => (context, next) =>
    {
        if (lifetime.ApplicationStarted.IsCancellationRequested)
        {
            return next(context);
        }

        return context.Request.Path.Value switch
        {
            "/health/live" or "/metrics" or "/ping" => next(context),
            "/healthz" => Flags.ToAnswer(default).ExecuteAsync(context),
            _ => new Problem(503, "No silo has been reached yet") { RetryAfterSeconds = 1 }.ExecuteAsync(context),
        };
    };
}
