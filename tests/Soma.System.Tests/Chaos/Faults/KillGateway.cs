using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>Kills a random gateway with SIGKILL.</summary>
internal sealed class KillGateway : IFault
{
    public string Name => "kill a gateway";

    public Task ApplyAsync(ClusterUnderTest cluster, Random random) =>
        Restarts.OfAsync([cluster.Gateways[random.Next(cluster.Gateways.Count)]], gateway => gateway.Kill());
}
