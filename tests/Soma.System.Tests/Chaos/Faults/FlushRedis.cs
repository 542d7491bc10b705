using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>
/// Deletes the membership table from Redis. Every silo notices that its row is gone, leaves, and is started again.
/// </summary>
internal sealed class FlushRedis : IFault
{
    public string Name => "flush Redis";

    public Task ApplyAsync(ClusterUnderTest cluster, Random random) => Restarts.OfAsync(cluster.Silos, cluster.Redis.FlushAll);
}
