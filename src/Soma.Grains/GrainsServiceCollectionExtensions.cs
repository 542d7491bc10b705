using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Storage;
using Soma.Grains.Embeddings;
using Soma.Grains.Embeddings.Table;
using Soma.Grains.Engine;
using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Mapping;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Past;
using Soma.Grains.Engine.Quotas;
using Soma.Grains.Engine.Reading;
using Soma.Grains.Engine.Refining;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Keys;
using Soma.Grains.Searching;
using Soma.Grains.Storage.Compacting;
using Soma.Grains.Storage.Forgetting;
using Soma.Grains.Storage.Past;
using Soma.Grains.Storage.Sweeping;
using Soma.Grains.Sweeping;

namespace Soma.Grains;

/// <summary>Registers what the grains of a silo share. The canonical store is registered by the host that chose it.</summary>
public static class GrainsServiceCollectionExtensions
{
    public static IServiceCollection AddSomaGrains(this IServiceCollection services, GrainsOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddValidated(options);
        services.TryAddSingleton<LostWrites>();
        services.AddSingleton<LocalNamespaces>();
        services.AddSingleton<ILocalReads>(provider => provider.GetRequiredService<LocalNamespaces>());
        services.AddSingleton(provider => new LeaseKeeper(
            provider.GetRequiredService<ICanonicalStore>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<EngineInstruments>().Owning));
        // The host's own factory makes the meter, so that two silos in one process count apart.
        services.AddMetrics();
        services.AddSingleton(provider => provider.GetRequiredService<IMeterFactory>().Create("Soma.Grains"));
        services.AddSingleton(provider => new EngineInstruments(provider.GetRequiredService<Meter>(), options.Engine));
        services.AddSingleton<SweepInstruments>();
        services.AddSingleton<CompactionInstruments>();
        services.AddSingleton<StoreInstruments>();
        services.AddSingleton<NamespaceForks>();
        services.AddSingleton<KeyStorage>();
        services.AddSingleton(provider =>
        {
            var budget = new MemoryBudget(options.MemoryBudgetBytes);
            provider.GetRequiredService<EngineInstruments>().Cache.Watch(budget);
            return budget;
        });
        services.AddSingleton(provider => new PastStates(provider.GetRequiredService<MemoryBudget>(), provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService(provider => new ExpirySweeper(
            provider.GetRequiredService<ISweepStore>(),
            provider.GetService<IVectorIndex>(),
            options.Engine.Sweep,
            provider.GetRequiredService<TimeProvider>(),
            Random.Shared,
            provider.GetRequiredService<SweepInstruments>(),
            provider.GetRequiredService<ILogger<ExpirySweeper>>()));
        services.AddHostedService(provider => new Compactor(
            provider.GetRequiredService<ICompactionStore>(),
            new KeptSettings(provider.GetRequiredService<IGrainStorageSerializer>(), provider.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId),
            options.Engine.Sweep,
            provider.GetRequiredService<TimeProvider>(),
            Random.Shared,
            provider.GetRequiredService<CompactionInstruments>(),
            provider.GetRequiredService<ILogger<Compactor>>()));
        services.AddHostedService(provider => new RemovalSweeper(
            provider.GetRequiredService<INamespaceStore>(),
            provider.GetService<IVectorIndex>(),
            options.Engine.Sweep,
            provider.GetRequiredService<TimeProvider>(),
            Random.Shared,
            provider.GetRequiredService<SweepInstruments>(),
            provider.GetRequiredService<ILogger<RemovalSweeper>>()));
        services.AddSingleton<KeyTotals>();
        services.AddHostedService<KeyUsageReporter>();
        services.AddSingleton(provider =>
        {
            var pool = new SearchPool(options.SearchWorkers, options.SearchQueue);
            provider.GetRequiredService<EngineInstruments>().Searches.Watch(pool);
            return pool;
        });
        services.AddSingleton(_ => new FastTableEmbedder(FastTableEmbedder.DefaultFolder(options.ModelsFolder)));
        services.AddSingleton<ITextEmbedder>(provider => provider.GetRequiredService<FastTableEmbedder>());
        services.AddSingleton<IModelCatalog>(provider => provider.GetRequiredService<TextModelRegistry>());
        services.AddSingleton(provider => new RequestLoad(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(_ => new LowPriorityScheduler(options.RefiningThreads, "soma refiner"));
        services.AddSingleton(provider => new RefiningPool(
            provider.GetRequiredService<LowPriorityScheduler>(),
            options.RemoteEmbeddingCalls,
            provider.GetRequiredService<RequestLoad>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(_ => new MapPool(new LowPriorityScheduler(1, "soma map")));
        services.AddSingleton(provider => new TextModelRegistry(
            options.Embeddings, provider.GetRequiredService<ITextEmbedder>(), options.ModelsFolder, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IIncomingGrainCallFilter, StoreFailureFilter>();
        services.AddHostedService<InstrumentsStart>();
        services.AddSingleton(provider => new EngineServices
        {
            Store = provider.GetRequiredService<ICanonicalStore>(),
            Past = provider.GetRequiredService<IPastStore>(),
            PastStates = provider.GetRequiredService<PastStates>(),
            Leases = provider.GetRequiredService<LeaseKeeper>(),
            Budget = provider.GetRequiredService<MemoryBudget>(),
            Searches = provider.GetRequiredService<SearchPool>(),
            Embeddings = provider.GetRequiredService<IEmbeddingStore>(),
            Namespaces = provider.GetRequiredService<INamespaceStore>(),
            Feed = provider.GetRequiredService<IFeedStore>(),
            Forgetting = provider.GetRequiredService<IForgettingStore>(),
            Vectors = provider.GetService<IVectorIndex>(),
            VectorCursors = provider.GetRequiredService<IIndexCursorStore>(),
            KeyTotals = provider.GetRequiredService<KeyTotals>(),
            Models = provider.GetRequiredService<IModelCatalog>(),
            Refining = provider.GetRequiredService<RefiningPool>(),
            Maps = provider.GetRequiredService<MapPool>(),
            Load = provider.GetRequiredService<RequestLoad>(),
            Clock = provider.GetRequiredService<TimeProvider>(),
            Options = options.Engine,
            Instruments = provider.GetRequiredService<EngineInstruments>(),
            Lost = provider.GetRequiredService<LostWrites>(),
            Logger = provider.GetRequiredService<ILogger<NamespaceEngine>>(),
        });
        return services;
    }
}
