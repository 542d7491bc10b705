using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>One silo alone cannot reach Postgres; the others can.</summary>
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
