using Soma.System.Tests.Clusters;
using Soma.Testing;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>
/// Cuts connections after a commit was applied and before its answer arrives, several times and on every silo that
/// commits.
/// </summary>
internal sealed class CutCommits : IFault
{
    private const int Cuts = 5;

    public string Name => "lose commits' answers";

    public async Task ApplyAsync(ClusterUnderTest cluster, Random random)
    {
        var before = cluster.Proxies.Sum(proxy => proxy.CutCommits);
        foreach (var proxy in cluster.Proxies)
        {
            for (var i = 0; i < Cuts; i++)
            {
                proxy.CutAfterNextCommit();
            }
        }

        // A silo without namespaces commits nothing, so wait only for as many cuts as one silo gets.
        await Eventually.TrueAsync(() => cluster.Proxies.Sum(proxy => proxy.CutCommits) >= before + Cuts, TimeSpan.FromSeconds(60));
    }

    public Task HealAsync(ClusterUnderTest cluster) => Proxied.HealAsync(cluster);
}
