using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>Kills the silo that owns one of the load's namespaces with SIGKILL.</summary>
internal sealed class KillOwner(IReadOnlyList<string> namespaces) : IFault
{
    public string Name => "kill an owner";

    public async Task ApplyAsync(ClusterUnderTest cluster, Random random)
    {
        var owner = await cluster.FindOwnerAsync(namespaces[random.Next(namespaces.Count)]);
        await Restarts.OfAsync([owner], member => member.Kill());
    }
}
