using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>Delays every answer of Postgres.</summary>
internal sealed class SlowPostgres : IFault
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(800);

    public string Name => "slow Postgres";

    public Task ApplyAsync(ClusterUnderTest cluster, Random random)
    {
        foreach (var proxy in cluster.Proxies)
        {
            proxy.Delay(Least, Most);
        }

        return Task.CompletedTask;
    }

    public TimeSpan Duration(Random random) => TimeSpan.FromSeconds(random.Next(4, 10));

    public Task HealAsync(ClusterUnderTest cluster) => Proxied.HealAsync(cluster);
}
