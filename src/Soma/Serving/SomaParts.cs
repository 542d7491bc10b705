using Soma.Gateway;
using Soma.Grains;
using Soma.Grains.Storage;
using Soma.Grains.Vectors;

namespace Soma.Serving;

/// <summary>Which implementations the one process runs on: the only place that knows SQLite from Postgres.</summary>
internal static class SomaParts
{
    /// <summary>The canonical store.</summary>
    public static IServiceCollection AddSomaStore(this IServiceCollection services, ServeOptions options) =>
        options.Postgres is { } postgres
            ? services.AddPostgresStore(postgres, options.Silo.Postgres)
            : services.AddSqliteStore(options.DataFolder);

    /// <summary>Where Orleans keeps settings: the same database as the memories.</summary>
    public static ISiloBuilder AddSomaSettings(this ISiloBuilder silo, ServeOptions options) =>
        options.Postgres is null ? silo.AddSqliteSettingsStorage() : silo.AddPostgresSettingsStorage();

    /// <summary>The derived vector tier, if there is one.</summary>
    public static IServiceCollection AddSomaVectorTier(this IServiceCollection services, ServeOptions options) =>
        options.Qdrant is { } qdrant ? services.AddQdrantIndex(qdrant) : services;

    /// <summary>The grains and the HTTP service in front of them.</summary>
    public static IServiceCollection AddSomaService(this IServiceCollection services, ServeOptions options) =>
        services
            .AddSomaGrains(options.Silo.Grains)
            .AddSomaGateway(options.Gateway);

    public static WebApplication MapSomaService(this WebApplication app) => app.UseSomaGateway().MapSoma();
}
