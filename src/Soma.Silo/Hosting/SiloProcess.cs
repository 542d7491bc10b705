using System.Net;
using Soma.Grains.Vectors;
using Soma.Hosting.Tls;
using Soma.Silo.Admin;
using StackExchange.Redis;

namespace Soma.Silo.Hosting;

/// <summary>Runs one silo of a cluster until it is told to stop or loses its membership.</summary>
internal static class SiloProcess
{
    public const string Name = "soma-silo";

    public static Task<ExitCode> RunAsync(SettingsReader settings, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ProcessBoundary.RunAsync(Name, settings, errors, async () =>
        {
            var options = SiloProcessOptions.Read(settings);
            Preflight.CheckPort(options.AdminAddress, options.AdminPort, "SOMA_ADMIN_HOST", "SOMA_ADMIN_PORT");
            await using var redis = await RedisStart.ConnectAsync(options.Redis, options.StartupTimeout, cancellationToken);
            var app = Build(options, redis, settings);
            await using (app)
            {
                return await ServeAsync(app, options, output, cancellationToken);
            }
        });

    /// <summary>Asks the silo that runs with these settings whether it is ready.</summary>
    public static Task<ExitCode> AskHealthAsync(SettingsReader settings, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ProcessBoundary.RunAsync(Name, settings, errors, () =>
        {
            var url = WebProcess.ToUrl(SiloProcessOptions.ReadAdminAddress(settings), SiloProcessOptions.ReadAdminPort(settings), HttpTls.IsOn(settings));
            return HealthCommand.AskOwnAsync(Name, new Uri($"{url}/health/ready"), output, errors, cancellationToken);
        });

    private static async Task<ExitCode> ServeAsync(
        WebApplication app, SiloProcessOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        await using var guard = await HostGuard.AcquireSharedAsync(options.Postgres, options.StartupTimeout, cancellationToken);
        await app.Services.InitializeStoreAsync(cancellationToken);
        await app.Services.OpenTextModelsAsync(cancellationToken);
        await app.StartAsync(cancellationToken);
        var admin = WebProcess.ToUrl(options.AdminAddress, options.AdminPort, options.AdminCertificate is not null);
        var dashboard = options.OperatorToken is null ? "" : $", dashboard at {admin}/dashboard/";
        await output.WriteLineAsync(
            $"Soma silo {ProductVersion.Current} '{options.Name}' on {new IPEndPoint(options.Address, options.SiloPort)}{dashboard}".AsMemory(), cancellationToken);
        var exit = app.Services.GetRequiredService<SiloExit>();
        await using var leaving = app.Lifetime.ApplicationStopping.Register(() =>
        {
            // The silo has drained. A normal stop would keep trying to write to a membership table that no longer holds
            // this silo, so the process ends here.
            if (exit.Code == ExitCode.MembershipLost)
            {
                SiloExit.EndNow(exit.Code);
            }
        });
        await app.WaitForShutdownAsync(cancellationToken);
        return exit.Code;
    }

    private static WebApplication Build(SiloProcessOptions options, IConnectionMultiplexer redis, SettingsReader settings)
    {
        var builder = WebProcess.CreateBuilder(Name, options.LogLevel).AddSomaMetrics();
        // Services start concurrently so that the admin port answers, as not ready, while the silo still waits to join.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(new IPEndPoint(options.AdminAddress, options.AdminPort), listen => listen.UseTls(options.AdminCertificate));
        });
        builder.Services.AddRenewedFiles(options.AdminCertificate);
        builder.Services.AddSiloMembership();
        builder.Host.UseOrleans(silo => silo.UseSomaCluster(options, redis).AddPostgresSettingsStorage());
        builder.Services.AddPostgresStore(options.Postgres, options.Silo.Postgres).AddSomaGrains(options.Silo.Grains);
        if (options.Qdrant is { } qdrant)
        {
            builder.Services.AddQdrantIndex(qdrant);
        }

        if (options.OperatorToken is not null)
        {
            // From elsewhere the port is reached at the silo's own address, unless it listens on one of its choice.
            var host = options.AdminAddress.Equals(IPAddress.Any) || options.AdminAddress.Equals(IPAddress.IPv6Any) ? options.Address : options.AdminAddress;
            builder.Services.AddSingleton(new SiloDashboard($"{WebProcess.ToUrl(host, options.AdminPort, options.AdminCertificate is not null)}/dashboard/"));
        }

        builder.Services.AddSiloAdmin(options.OperatorToken, options.OperatorTokenFile);
        builder.AddSomaTracing(settings, Name, "Soma", "Npgsql");
        var app = builder.Build();
        app.MapSiloAdmin(hasOperator: options.OperatorToken is not null);
        return app;
    }
}

/// <summary>Connects to Redis, and waits for a Redis that starts later than this silo.</summary>
internal static class RedisStart
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <exception cref="StartupException">Redis did not answer within the startup timeout.</exception>
    public static async Task<ConnectionMultiplexer> ConnectAsync(
        ConfigurationOptions options, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var redis = await ConnectionMultiplexer.ConnectAsync(options);
        using var deadline = new CancellationTokenSource(timeout);
        while (true)
        {
            try
            {
                await redis.GetDatabase().PingAsync();
                return redis;
            }
            catch (Exception failure) when (failure is RedisException or TimeoutException && deadline.IsCancellationRequested)
            {
                await redis.DisposeAsync();
                throw new StartupException(
                    ExitCode.MembershipUnreachable,
                    $"Redis at {options.EndPoints[0]} does not answer: {StartupFailures.FirstLine(failure)} Check REDIS_URL.",
                    failure);
            }
            catch (Exception failure) when (failure is RedisException or TimeoutException)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }
}
