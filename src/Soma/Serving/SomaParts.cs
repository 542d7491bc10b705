namespace Soma.Serving;

/// <summary>Which implementations the one process runs on: the only place that knows SQLite from Postgres.</summary>
internal static class SomaParts
{
    /// <summary>The canonical store.</summary>
    public static IServiceCollection AddSomaStore(this IServiceCollection services, ServeOptions options)
    {
        // WIRE(store): return options.PostgresUrl is { } url
        // WIRE(store):     ? services.AddPostgresStore(ReadPostgresUrl(url)) (+ PostgresSingleHostGuard)
        // WIRE(store):     : services.AddSqliteStore(options.DataFolder);
        _ = options;
        return services;
    }

    /// <summary>Where Orleans keeps settings and access keys: the same database as the memories.</summary>
    public static ISiloBuilder AddSomaSettings(this ISiloBuilder silo, ServeOptions options)
    {
        // WIRE(store): the settings storage extensions for Postgres | SQLite, chosen as above.
        _ = options;
        return silo;
    }

    /// <summary>The grains and the HTTP service in front of them.</summary>
    public static IServiceCollection AddSomaService(this IServiceCollection services, ServeOptions options)
    {
        // WIRE(grains): services.AddSomaGrains(...) with EngineOptions { ReadLease = options.Silo.ReadLease }
        // WIRE(gateway): services.AddSomaGateway(GatewayEnvironment.Read(...) with { token = options.Token.Value })
        _ = options;
        return services;
    }

    public static WebApplication MapSomaService(this WebApplication app)
    {
        // WIRE(gateway): app.MapSoma();
        return app;
    }

    /// <summary>Opens the store and brings its schema up to this version, before anything may ask it.</summary>
    public static Task InitializeStoreAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        // WIRE(store): return app.Services.GetRequiredService<IStoreInitializer>().InitializeAsync(cancellationToken);
        _ = app;
        return Task.CompletedTask;
    }
}
