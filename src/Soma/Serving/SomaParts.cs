using Soma.Gateway;
using Soma.Grains;
using Soma.Grains.Storage;
using Soma.Silo.Hosting;

namespace Soma.Serving;

/// <summary>Which implementations the one process runs on: the only place that knows SQLite from Postgres.</summary>
internal static class SomaParts
{
    /// <summary>The canonical store.</summary>
    public static IServiceCollection AddSomaStore(this IServiceCollection services, ServeOptions options) =>
        options.PostgresUrl is { } url
            ? services.AddPostgresStore(StoreStart.ToConnectionString(url, "SOMA_POSTGRES_URL")).AddSingleton(_ => new SingleHost(url))
            : services.AddSqliteStore(options.DataFolder);

    /// <summary>Where Orleans keeps settings: the same database as the memories.</summary>
    public static ISiloBuilder AddSomaSettings(this ISiloBuilder silo, ServeOptions options) =>
        options.PostgresUrl is null ? silo.AddSqliteSettingsStorage() : silo.AddPostgresSettingsStorage();

    /// <summary>The grains and the HTTP service in front of them.</summary>
    public static IServiceCollection AddSomaService(this IServiceCollection services, ServeOptions options) =>
        services
            .AddSomaGrains(options.Silo.Grains)
            .AddSomaGateway(options.Gateway);

    public static WebApplication MapSomaService(this WebApplication app) => app.UseSomaGateway().MapSoma();

    /// <summary>Opens the store and brings its schema up to this version, before anything may ask it.</summary>
    public static async Task OpenStoreAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (app.Services.GetService<SingleHost>() is { } host)
        {
            await host.AcquireAsync(cancellationToken);
        }

        await app.Services.InitializeStoreAsync(cancellationToken);
    }
}
