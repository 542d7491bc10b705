using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>SIGSTOP of an owner, mostly for longer than the others take to replace it, then SIGCONT: it wakes and believes it still owns.</summary>
internal sealed class FreezeOwner(IReadOnlyList<string> namespaces) : IFault
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(20);

    private SupervisedProcess? _frozen;

    public string Name => "freeze an owner";

    public async Task ApplyAsync(ClusterUnderTest cluster, Random random)
    {
        _frozen = await cluster.FindOwnerAsync(namespaces[random.Next(namespaces.Count)]);
        _frozen.Freeze();
    }

    public TimeSpan Duration(Random random) => Least + ((Most - Least) * random.NextDouble());

    public Task HealAsync(ClusterUnderTest cluster)
    {
        _frozen?.Thaw();
        return Task.CompletedTask;
    }
}
