using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>Kills all silos at once with SIGKILL, so that no silo is left to declare the others dead.</summary>
internal sealed class KillAllSilos : IFault
{
    public string Name => "kill all silos";

    public Task ApplyAsync(ClusterUnderTest cluster, Random random) => Restarts.OfAsync(cluster.Silos, silo => silo.Kill());
}
