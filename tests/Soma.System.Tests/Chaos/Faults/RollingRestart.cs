using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>As an upgrade does it: SIGTERM to one process after the other, each awaited until all are ready again.</summary>
internal sealed class RollingRestart : IFault
{
    public string Name => "rolling restart";

    public async Task ApplyAsync(ClusterUnderTest cluster, Random random)
    {
        foreach (var member in cluster.Members)
        {
            await Restarts.OfAsync([member], each => each.Terminate());
            await cluster.WaitUntilReadyAsync();
        }
    }
}
