using System.Diagnostics;
using Soma.System.Tests.Clusters;
using Soma.Testing;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>
/// Freezes an owner with SIGSTOP, usually for longer than the other silos need to replace it, then wakes it with
/// SIGCONT: it still believes that it is the owner.
/// </summary>
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
        // The woken silo usually learns at once that it was declared dead, and ends. The fault is over only then.
        var woken = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(() => _frozen.Starts > starts || Stopwatch.GetElapsedTime(woken) > TimeToHear);
    }
}
