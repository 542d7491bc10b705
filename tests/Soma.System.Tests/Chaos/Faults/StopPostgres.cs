using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>Stops Postgres as in a crash, with commits in flight, and starts it again.</summary>
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
