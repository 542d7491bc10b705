using Soma.Gateway;
using Soma.Grains;
using Soma.Grains.Vectors;
using Soma.Mcp;

namespace Soma.Serving;

/// <summary><c>soma serve</c>: runs gateway, silo and store in this process until it is told to stop.</summary>
public static class ServeCommand
{
    private const string Memory = """{"coord":"1,2","payload":{"text":"The kettle is in the blue cupboard"}}""";
    private const string Question = """{"query":"where do we keep the kettle?"}""";

    public static Task<ExitCode> RunAsync(SettingsReader settings, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ProcessBoundary.RunAsync("soma", settings, errors, async () =>
        {
            var options = ServeOptions.Read(settings);
            // Processes on this machine, such as soma mcp, reach the service of the folder that they share.
            await ServeAsync(
                options.Postgres is null ? options with { Http = options.Http with { Socket = LocalSocket.PathOf(options.DataFolder) } } : options, output, errors, cancellationToken);
            return ExitCode.Stopped;
        });

    /// <summary>
    /// Assembles gateway, silo and store in one process. No other code of this process knows whether SQLite or Postgres is used.
    /// </summary>
    public static WebApplication Build(ServeOptions options) => Assemble(options).UseSomaGateway().MapSoma();

    private static WebApplication Assemble(ServeOptions options)
    {
        var builder = WebProcess.CreateBuilder("soma", options.LogLevel);
        if (!options.Http.IsSocketOnly)
        {
            builder.AddSomaMetrics();
        }

        // Orleans keeps grain state (settings) in the same database as the memories.
        builder.Host.UseOrleans(silo => _ = options.Postgres is null
            ? silo.UseSomaSilo(options.Silo).AddSqliteSettingsStorage()
            : silo.UseSomaSilo(options.Silo).AddPostgresSettingsStorage());
        var services = options.Postgres is { } postgres
            ? builder.Services.AddPostgresStore(postgres, options.Silo.Postgres)
            : builder.Services.AddSqliteStore(options.DataFolder);
        if (options.Qdrant is { } qdrant)
        {
            services.AddQdrantIndex(qdrant);
        }

        services.AddSomaGrains(options.Silo.Grains).AddSomaGateway(options.Gateway);
        builder.ListenForSoma(options.Http, options.Gateway);
        builder.AddSomaTracing(SettingsReader.FromProcess(), "soma", "Soma", "Npgsql");
        if (!options.Http.IsSocketOnly)
        {
            // A client of the socket waits for the start, and would wait for the rehearsal too.
            builder.Services.AddSingleton<WarmUp>().AddHostedService(provider => provider.GetRequiredService<WarmUp>());
        }

        return builder.Build();
    }

    private static async Task ServeAsync(ServeOptions options, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        Preflight.CheckPort(options.Http.Address, options.Http.Port, HttpOptions.HostVariable, HttpOptions.PortVariable);
        if (options.Postgres is null)
        {
            Preflight.CheckDataFolder(options.DataFolder);
        }

        await using var guard = options.Postgres is { } postgres ? await HostGuard.AcquireAloneAsync(postgres, cancellationToken) : null;
        var app = Assemble(options);
        await using (app)
        {
            // Most of a start is code that runs for the first time, on one core. The store is opened on another one meanwhile.
            var opening = Task.Run(() => OpenAsync(app.Services, cancellationToken), cancellationToken);
            app.UseSomaGateway().MapSoma();
            await opening;
            PrepareSocket(options);
            await app.StartAsync(cancellationToken);
            if (options.Http.Notice is { } notice)
            {
                await errors.WriteLineAsync($"soma: {notice}".AsMemory(), cancellationToken);
            }

            await output.WriteLineAsync(Describe(options).AsMemory(), cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
        }
    }

    /// <summary>Serves a data folder to the processes of this machine alone, by its socket. The caller stops it.</summary>
    /// <exception cref="StartupException">With <see cref="ExitCode.DataInUse"/>: another process serves the folder.</exception>
    internal static async Task<WebApplication> StartLocallyAsync(ServeOptions options, CancellationToken cancellationToken)
    {
        Preflight.CheckDataFolder(options.DataFolder);
        GatewayPipeline.PrepareMcp();
        var http = options.Http with { Socket = LocalSocket.PathOf(options.DataFolder), IsSocketOnly = true, DrainTime = TimeSpan.Zero };
        var app = Assemble(options with { Http = http, Silo = WithBriefModel(options.Silo) });
        try
        {
            var opening = Task.Run(() => OpenAsync(app.Services, cancellationToken), cancellationToken);
            app.UseSomaGateway().MapSomaMcpAlone();
            await opening;
            PrepareSocket(options);
            await app.StartAsync(cancellationToken);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// An editor's own process gives the memory of the sentence model back soon: it refines what was said in one exchange, and the next may be hours away.
    /// </summary>
    private static SiloOptions WithBriefModel(SiloOptions silo) =>
        silo with { Grains = silo.Grains with { Embeddings = silo.Grains.Embeddings with { ModelIdleTime = TimeSpan.FromSeconds(10) } } };

    // Only now: the store is open, so this process holds the folder's lock, and a socket that is there is a dead process's.
    private static void PrepareSocket(ServeOptions options)
    {
        if (options.Postgres is null)
        {
            LocalSocket.Prepare(options.DataFolder);
        }
    }

    /// <summary>Opens what must be open before the application starts.</summary>
    public static async Task OpenAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await services.InitializeStoreAsync(cancellationToken);
        await services.OpenTextModelsAsync(cancellationToken);
        _ = services.GetService<WarmUp>()?.Begin();
    }

    /// <summary>
    /// The text printed after a start: the service's address, the place of the data, and two commands that work as printed.
    /// </summary>
    private static string Describe(ServeOptions options)
    {
        var headers = $"-H \"Authorization: Bearer {options.Http.Token.InShell}\" -H 'Content-Type: application/json'";
        var place = options.Postgres is null ? options.DataFolder : "the database of SOMA_POSTGRES_URL";
        return $"""
            Soma {ProductVersion.Current} is listening on {options.Http.Url}
            Memories are kept in {place}

            Store a memory, then ask for it in other words:

            curl -sS {options.Http.Url}/memories {headers} -d '{Memory}'
            curl -sS {options.Http.Url}/memories/search {headers} -d '{Question}'

            Stop with Ctrl-C.
            """;
    }
}
