using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Soma.Grains.Storage.Forgetting;
using Soma.Grains.Storage.Postgres;
using Soma.Grains.Storage.Sqlite;
using Soma.Grains.Storage.Sweeping;

namespace Soma.Grains.Storage;

/// <summary>Registers a canonical store; the host awaits <see cref="IStoreInitializer"/> before it starts anything else.</summary>
public static class StorageServiceCollectionExtensions
{
    /// <param name="services">The host's services.</param>
    /// <param name="connectionString">Key-value form or URL, see <see cref="PostgresUrl"/>.</param>
    /// <param name="options">Limits; null: the defaults.</param>
    public static IServiceCollection AddPostgresStore(
        this IServiceCollection services, string connectionString, PostgresStoreOptions? options = null)
    {
        var limits = options ?? new PostgresStoreOptions();
        services.AddValidated(limits);
        services.AddSingleton(_ => PostgresDataSource.Create(connectionString, limits));
        services.AddSingleton<IStoreInitializer, PostgresSchema>();
        return services.AddStore<PostgresStore>();
    }

    /// <param name="services">The host's services.</param>
    /// <param name="dataFolder">The folder of the data; made where it is missing, locked while the process lives.</param>
    public static IServiceCollection AddSqliteStore(this IServiceCollection services, string dataFolder)
    {
        services.AddSingleton(provider => new SqliteDatabase(dataFolder, provider.GetService<ILogger<SqliteDatabase>>()));
        services.AddSingleton<IStoreInitializer>(provider => provider.GetRequiredService<SqliteDatabase>());
        return services.AddStore<SqliteStore>();
    }

    private static IServiceCollection AddStore<TStore>(this IServiceCollection services)
        where TStore : class, ICanonicalStore, IEmbeddingStore, IForgettingStore, IIndexCursorStore, ISweepStore => services
            .AddSingleton<TStore>()
            .AddSingleton<ICanonicalStore>(provider => provider.GetRequiredService<TStore>())
            .AddSingleton<IEmbeddingStore>(provider => provider.GetRequiredService<TStore>())
            .AddSingleton<IForgettingStore>(provider => provider.GetRequiredService<TStore>())
            .AddSingleton<IIndexCursorStore>(provider => provider.GetRequiredService<TStore>())
            .AddSingleton<ISweepStore>(provider => provider.GetRequiredService<TStore>());
}
