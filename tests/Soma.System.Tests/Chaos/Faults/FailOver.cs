using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>Kills the primary of Postgres and promotes its synchronous standby; then the killed server's place gets a new standby.</summary>
internal sealed class FailOver : IFault
{
    public string Name => "fail over Postgres";

    public Task ApplyAsync(ClusterUnderTest cluster, Random random)
    {
        cluster.FailOver();
        return Task.CompletedTask;
    }

    public TimeSpan Duration(Random random) => TimeSpan.FromSeconds(random.Next(1, 4));

    public Task HealAsync(ClusterUnderTest cluster) => cluster.RebuildStandbyAsync();
}
