using System.Diagnostics;
using Soma.System.Tests.Clusters;
using Soma.Testing;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>SIGSTOP of an owner, mostly for longer than the others take to replace it, then SIGCONT: it wakes and believes it still owns.</summary>
internal sealed class FreezeOwner(IReadOnlyList<string> namespaces) : IFault
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan TimeToHear = TimeSpan.FromSeconds(5);

    private SupervisedProcess? _frozen;

    public string Name => "freeze an owner";

    public async Task ApplyAsync(ClusterUnderTest cluster, Random random)
    {
        _frozen = await cluster.FindOwnerAsync(namespaces[random.Next(namespaces.Count)]);
        _frozen.Freeze();
    }

    public TimeSpan Duration(Random random) => Least + ((Most - Least) * random.NextDouble());

    public async Task HealAsync(ClusterUnderTest cluster)
    {
        if (_frozen is null)
        {
            return;
        }

        var starts = _frozen.Starts;
        _frozen.Thaw();
        // Usually it hears at once that it was declared dead, and ends: only then is the fault over.
        var woken = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(() => _frozen.Starts > starts || Stopwatch.GetElapsedTime(woken) > TimeToHear);
    }
}
