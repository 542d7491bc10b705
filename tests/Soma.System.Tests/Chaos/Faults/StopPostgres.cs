using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>Postgres ends as in a crash, commits under way included, and recovers.</summary>
internal sealed class StopPostgres : IFault
{
    public string Name => "crash Postgres";

    public Task ApplyAsync(ClusterUnderTest cluster, Random random)
    {
        cluster.Postgres.StopImmediate();
        return Task.CompletedTask;
    }

    public TimeSpan Duration(Random random) => TimeSpan.FromSeconds(random.Next(1, 6));

    public Task HealAsync(ClusterUnderTest cluster)
    {
        cluster.Postgres.Start();
        return Task.CompletedTask;
    }
}
