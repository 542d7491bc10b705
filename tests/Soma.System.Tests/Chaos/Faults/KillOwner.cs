using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>SIGKILL of the silo that owns a namespace of the load.</summary>
internal sealed class KillOwner(IReadOnlyList<string> namespaces) : IFault
{
    public string Name => "kill an owner";

    public async Task ApplyAsync(ClusterUnderTest cluster, Random random)
    {
        var owner = await cluster.FindOwnerAsync(namespaces[random.Next(namespaces.Count)]);
        await Restarts.OfAsync([owner], member => member.Kill());
    }
}
