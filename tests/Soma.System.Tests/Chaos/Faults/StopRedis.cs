using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>Stops Redis for a while and starts it again with its data.</summary>
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
