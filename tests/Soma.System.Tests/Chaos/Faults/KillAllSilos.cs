using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>SIGKILL of all silos at once: nobody is left who could declare anybody dead.</summary>
internal sealed class KillAllSilos : IFault
{
    public string Name => "kill all silos";

    public Task ApplyAsync(ClusterUnderTest cluster, Random random) => Restarts.OfAsync(cluster.Silos, silo => silo.Kill());
}
