using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Soma.Grains.Storage.Archives;
using Soma.Grains.Storage.Compacting;
using Soma.Grains.Storage.Forgetting;
using Soma.Grains.Storage.Forking;
using Soma.Grains.Storage.Past;
using Soma.Grains.Storage.Postgres;
using Soma.Grains.Storage.Postgres.Failover;
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
        services.TryAddSingleton<LostWrites>();
        services.AddSingleton(provider => new PostgresServers(
            connectionString,
            limits,
            provider.GetRequiredService<LostWrites>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetService<ILogger<PostgresServers>>()));
        services.AddHostedService(provider => provider.GetRequiredService<PostgresServers>());
        services.AddSingleton(provider => provider.GetRequiredService<PostgresServers>().Connections);
        services.AddSingleton<IStoreInitializer, PostgresSchema>();
        services.AddSingleton<NamespaceReaders>(async (serviceId, cancellationToken) =>
            await PostgresNamespaceReader.OpenAsync(connectionString, serviceId, cancellationToken));
        return services.AddStore<PostgresStore>();
    }

    /// <param name="services">The host's services.</param>
    /// <param name="dataFolder">The folder of the data; made where it is missing, locked while the process lives.</param>
    public static IServiceCollection AddSqliteStore(this IServiceCollection services, string dataFolder)
    {
        services.AddSingleton(provider => new SqliteDatabase(dataFolder, provider.GetService<ILogger<SqliteDatabase>>()));
        services.AddSingleton<IStoreInitializer>(provider => provider.GetRequiredService<SqliteDatabase>());
        services.AddSingleton<NamespaceReaders>((serviceId, cancellationToken) =>
            Task.Run<INamespaceReader>(() => new SqliteNamespaceReader(dataFolder, serviceId), cancellationToken));
        return services.AddStore<SqliteStore>();
    }

    private static IServiceCollection AddStore<TStore>(this IServiceCollection services)
        where TStore : class, ICanonicalStore, IEmbeddingStore, IFeedStore, IForgettingStore, IIndexCursorStore, INamespaceStore, ISweepStore, ICompactionStore, IForkStore, IPastStore => services
            .AddSingleton<TStore>()
            .AddSingleton<ICanonicalStore>(provider => provider.GetRequiredService<TStore>())
            .AddSingleton<IEmbeddingStore>(provider => provider.GetRequiredService<TStore>())
            .AddSingleton<IFeedStore>(provider => provider.GetRequiredService<TStore>())
            .AddSingleton<IForgettingStore>(provider => provider.GetRequiredService<TStore>())
            .AddSingleton<IIndexCursorStore>(provider => provider.GetRequiredService<TStore>())
            .AddSingleton<INamespaceStore>(provider => provider.GetRequiredService<TStore>())
            .AddSingleton<ISweepStore>(provider => provider.GetRequiredService<TStore>())
            .AddSingleton<ICompactionStore>(provider => provider.GetRequiredService<TStore>())
            .AddSingleton<IForkStore>(provider => provider.GetRequiredService<TStore>())
            .AddSingleton<IPastStore>(provider => provider.GetRequiredService<TStore>());
}
