using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>Cuts one silo off from Postgres. The other silos can still reach it.</summary>
internal sealed class CutPostgres : IFault
{
    public string Name => "cut a silo off from Postgres";

    public Task ApplyAsync(ClusterUnderTest cluster, Random random)
    {
        var proxy = cluster.Proxies[random.Next(cluster.Proxies.Count)];
        proxy.RefusesNew = true;
        proxy.CutAll();
        return Task.CompletedTask;
    }

    public TimeSpan Duration(Random random) => TimeSpan.FromSeconds(random.Next(2, 8));

    public Task HealAsync(ClusterUnderTest cluster) => Proxied.HealAsync(cluster);
}
