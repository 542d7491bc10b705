using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>
/// Restarts the cluster as an upgrade does: SIGTERM to one process after the other, and all must be ready again before
/// the next.
/// </summary>
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
