using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>What faults between silos and Postgres share.</summary>
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
