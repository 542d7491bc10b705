using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>Redis is away for a while and comes back with what it knew.</summary>
internal sealed class StopRedis : IFault
{
    public string Name => "stop Redis";

    public Task ApplyAsync(ClusterUnderTest cluster, Random random)
    {
        cluster.Redis.Stop();
        return Task.CompletedTask;
    }

    public TimeSpan Duration(Random random) => TimeSpan.FromSeconds(random.Next(3, 12));

    public Task HealAsync(ClusterUnderTest cluster)
    {
        cluster.Redis.Start();
        return Task.CompletedTask;
    }
}
