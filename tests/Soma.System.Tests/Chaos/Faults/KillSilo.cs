using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>Kills a random silo with SIGKILL.</summary>
internal sealed class KillSilo : IFault
{
    public string Name => "kill a silo";

    public Task ApplyAsync(ClusterUnderTest cluster, Random random) =>
        Restarts.OfAsync([cluster.Silos[random.Next(cluster.Silos.Count)]], silo => silo.Kill());
}
