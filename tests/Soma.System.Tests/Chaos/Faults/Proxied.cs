using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>Methods shared by the faults between silos and Postgres.</summary>
internal static class Proxied
{
    public static Task HealAsync(ClusterUnderTest cluster)
    {
        foreach (var proxy in cluster.Proxies)
        {
            proxy.Heal();
        }

        return Task.CompletedTask;
    }
}
