using Soma.Gateway;
using Soma.Grains;
using Soma.Grains.Storage;
using Soma.Grains.Vectors;

namespace Soma.Serving;

/// <summary>
/// Chooses the implementations for the one-process service. No other class knows whether SQLite or Postgres is used.
/// </summary>
internal static class SomaParts
{
    /// <summary>The canonical store.</summary>
    public static IServiceCollection AddSomaStore(this IServiceCollection services, ServeOptions options) =>
        options.Postgres is { } postgres
            ? services.AddPostgresStore(postgres, options.Silo.Postgres)
            : services.AddSqliteStore(options.DataFolder);

    /// <summary>The storage of Orleans grain state (settings), in the same database as the memories.</summary>
    public static ISiloBuilder AddSomaSettings(this ISiloBuilder silo, ServeOptions options) =>
        options.Postgres is null ? silo.AddSqliteSettingsStorage() : silo.AddPostgresSettingsStorage();

    /// <summary>The vector tier, if one is configured.</summary>
    public static IServiceCollection AddSomaVectorTier(this IServiceCollection services, ServeOptions options) =>
        options.Qdrant is { } qdrant ? services.AddQdrantIndex(qdrant) : services;

    /// <summary>The grains and the HTTP service.</summary>
    public static IServiceCollection AddSomaService(this IServiceCollection services, ServeOptions options) =>
        services
            .AddSomaGrains(options.Silo.Grains)
            .AddSomaGateway(options.Gateway);

    public static WebApplication MapSomaService(this WebApplication app) => app.UseSomaGateway().MapSoma();
}
