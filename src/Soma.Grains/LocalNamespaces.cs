using Microsoft.Extensions.Hosting;
using Soma.Grains.Engine;

namespace Soma.Grains;

/// <summary>The namespaces whose grains are active on this silo. Operators ask where a namespace is, and a stopping silo ends them all.</summary>
public sealed class LocalNamespaces : ILocalReads
{
    private readonly ConcurrentDictionary<NamespaceKey, (IGrainContext Activation, NamespaceEngine Engine)> _active = [];

    /// <param name="lifetime">Of the process. When it stops, waits for changes end, because Orleans lets calls under way finish first.</param>
    public LocalNamespaces(IHostApplicationLifetime? lifetime = null) => lifetime?.ApplicationStopping.Register(EndWaits);

    public int Count => _active.Count;

    public bool Contains(NamespaceKey key) => _active.ContainsKey(key);

    public GetMemoryReply? TryGet(NamespaceKey key, GetMemory query) =>
        _active.TryGetValue(key, out var local) ? local.Engine.TryGetDirectly(query) : null;

    /// <summary>
    /// Ends all activations: each answers its queued commands and releases its namespace, so that the next owner need not wait for the
    /// lease. An activation that takes longer than <paramref name="timeout"/> is not waited for, and its lease runs out by itself.
    /// </summary>
    public async Task DrainAsync(TimeSpan timeout)
    {
        EndWaits();
        var leaving = _active.Values.Select(local => local.Activation).ToArray();
        foreach (var activation in leaving)
        {
            activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo leaves its cluster."));
        }

        await Task.WhenAll(leaving.Select(activation => activation.Deactivated)).WaitAsync(timeout)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends the waits for changes in all namespaces of this silo.</summary>
    public void EndWaits()
    {
        foreach (var local in _active.Values)
        {
            local.Engine.EndWaits();
        }
    }

    internal void Add(NamespaceKey key, IGrainContext activation, NamespaceEngine engine) => _active[key] = (activation, engine);

    internal void Remove(NamespaceKey key) => _active.TryRemove(key, out _);
}
