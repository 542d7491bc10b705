using Soma.System.Tests.Chaos.Checking;
using Soma.System.Tests.Chaos.Load;
using Soma.System.Tests.Chaos.Recording;
using Soma.System.Tests.Clusters;
using Soma.Testing;

namespace Soma.System.Tests.Chaos;

/// <summary>A cluster under load, from the first request to the final check.</summary>
internal sealed class Trial : IDisposable
{
    private readonly ClusterUnderTest _cluster;
    private readonly LoadOptions _options;

    /// <summary>Starts the load at once.</summary>
    public Trial(ClusterUnderTest cluster, LoadOptions options)
    {
        (_cluster, _options) = (cluster, options);
        Load = new MixedLoad(options, [.. cluster.Gateways.Select(gateway => gateway.Address)]);
    }

    public MixedLoad Load { get; }

    public IReadOnlyList<Operation> Operations => Load.History.Operations;

    /// <summary>
    /// Waits for an acknowledged write that began after a moment, and returns the moment of its answer.
    /// </summary>
    public async Task<long> WaitForWriteAfterAsync(long moment)
    {
        long[] answered = [];
        await Eventually.TrueAsync(() =>
        {
            Load.ThrowIfBroken();
            answered = [.. Operations.Where(operation => operation is { FirstSeq: > 0, Outcome: Outcome.Done, Kind: not OperationKind.Replay })
                .Where(operation => operation.Invoked > moment)
                .Select(operation => operation.Returned)];
            return answered.Length > 0;
        });
        return answered.Min();
    }

    /// <summary>Waits until this many more operations have ended.</summary>
    public Task WaitForOperationsAsync(int more)
    {
        var enough = Load.History.Count + more;
        return Eventually.TrueAsync(() =>
        {
            Load.ThrowIfBroken();
            return Load.History.Count >= enough;
        });
    }

    /// <summary>Ends the load and checks everything that its clients saw against the store.</summary>
    public async Task<ChaosReport> FinishAsync()
    {
        await Load.FinishAsync();
        var reader = new StoreReader(_cluster.Database);
        var stored = new List<StoredNamespace>();
        foreach (var soleNamespace in _options.Namespaces)
        {
            stored.Add(await reader.ReadAsync(soleNamespace));
        }

        return Checker.Check(Operations, stored);
    }

    public void Dispose() => Load.Dispose();
}
