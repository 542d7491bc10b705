using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Soma.Grains;
using Soma.Grains.Embeddings;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Compacting;
using Soma.Grains.Storage.Forgetting;
using Soma.Grains.Storage.Forking;
using Soma.Grains.Storage.Past;
using Soma.Grains.Storage.Sweeping;
using Soma.Testing.Storage;
using Soma.Testing.Vectors;

namespace Soma.Cluster.Tests;

/// <summary>Two silos in this process that share one store, as the silos of a cluster share a database.</summary>
public sealed class SomaCluster : IAsyncLifetime
{
    /// <summary>The store that both silos share.</summary>
    public InMemoryStore Store { get; } = new();

    public InProcessTestCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
#pragma warning disable ORLEANSEXP003 // Said explicitly because production's choice is the same: the default directory.
        builder.Options.UseDistributedGrainDirectory = false;
#pragma warning restore ORLEANSEXP003
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddActivityPropagation();
            silo.AddMemoryGrainStorage(SettingsStorageExtensions.StorageName);
            silo.Services.AddSingleton<ICanonicalStore>(Store);
            silo.Services.AddSingleton<IEmbeddingStore>(Store);
            silo.Services.AddSingleton<IIndexCursorStore>(new InMemoryIndexCursors());
            silo.Services.AddSingleton<ISweepStore>(Store);
            silo.Services.AddSingleton<ICompactionStore>(Store);
            silo.Services.AddSingleton<IFeedStore>(Store);
            silo.Services.AddSingleton<IForgettingStore>(Store);
            silo.Services.AddSingleton<IForkStore>(new NoForks());
            silo.Services.AddSingleton<INamespaceStore>(Store);
            silo.Services.AddSingleton<IPastStore>(Store);
            silo.Services.AddSomaGrains(new GrainsOptions
            {
                MemoryBudgetBytes = 256 << 20,
                Embeddings = new EmbeddingsOptions { Kind = EmbeddingsKind.Fast },
            });
        });
        builder.ConfigureClient(client => client.AddActivityPropagation());
        Cluster = builder.Build();
        await Cluster.DeployAsync();
    }

    public async Task DisposeAsync() => await Cluster.DisposeAsync();

    public INamespaceGrain Namespace(string name, string tenant = "default") =>
        Cluster.Client.GetGrain<INamespaceGrain>(new NamespaceKey(tenant, name).ToGrainKey());

    /// <summary>The store in memory cannot copy a namespace, and no test of this cluster asks for it.</summary>
    private sealed class NoForks : IForkStore
    {
        public Task<ForkResult> ForkAsync(ForkRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
