using Microsoft.Extensions.DependencyInjection;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Cluster.Tests;

/// <summary>A cluster whose silos have learned that the store lacks acknowledged writes.</summary>
public sealed class LostWritesTests(SomaCluster cluster) : IClassFixture<SomaCluster>
{
    [Fact]
    public async Task Every_call_to_a_namespace_is_refused_with_what_it_has_lost_and_the_health_names_it()
    {
        var (lossy, whole) = (cluster.Namespace("lossy"), cluster.Namespace("whole"));
        Assert.Equal(200, (await lossy.WriteAsync(NamespaceGrainTests.Put("1", "{}"))).Status);
        foreach (var silo in cluster.Cluster.Silos)
        {
            cluster.Cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<LostWrites>()
                .Report([new LostStretch(new NamespaceKey("default", "lossy"), 17, 12)]);
        }

        // The owner still has its lease, and could answer from memory.
        var read = await Assert.ThrowsAsync<StoreUnavailableException>(() => lossy.GetAsync(NamespaceGrainTests.Get("1")));
        Assert.Contains("seq 17 was acknowledged, and the store ends at seq 12", read.Loss, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => lossy.WriteAsync(NamespaceGrainTests.Put("2", "{}")));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => lossy.SetSettingsAsync(new NamespaceSettings()));
        var other = await Assert.ThrowsAsync<StoreUnavailableException>(() => whole.WriteAsync(NamespaceGrainTests.Put("1", "{}")));
        Assert.Contains("not known to be affected", other.Loss, StringComparison.Ordinal);
        var health = await cluster.Cluster.Client.GetGrain<ISystemGrain>(0).CheckHealthAsync();
        Assert.True(health.Store);
        Assert.Contains(health.Components, component => component is { Name: "lost_writes", Healthy: false });
    }
}
