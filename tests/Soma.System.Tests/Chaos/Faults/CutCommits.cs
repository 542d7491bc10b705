using Soma.System.Tests.Clusters;
using Soma.Testing;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>Several times, and on every silo that commits: a commit is carried out and its connection cut in place of the answer.</summary>
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

        // A silo that owns nothing has nothing to lose: as many as one silo's are enough.
        await Eventually.TrueAsync(() => cluster.Proxies.Sum(proxy => proxy.CutCommits) >= before + Cuts, TimeSpan.FromSeconds(60));
    }

    public Task HealAsync(ClusterUnderTest cluster) => Proxied.HealAsync(cluster);
}
