using System.Collections.Concurrent;
using Soma.Grains.Interfaces;

namespace Soma.Grains;

/// <summary>The namespaces whose grains are active on this silo: for operators who ask where one is, and to let go of all.</summary>
public sealed class LocalNamespaces
{
    private readonly ConcurrentDictionary<NamespaceKey, IGrainContext> _active = [];

    public int Count => _active.Count;

    public bool Contains(NamespaceKey key) => _active.ContainsKey(key);

    /// <summary>
    /// Ends every activation there is now: what is queued is answered, and the namespace is released so that its next owner
    /// waits for nothing. Those that take longer than <paramref name="timeout"/> are left to the lease.
    /// </summary>
    public async Task DrainAsync(TimeSpan timeout)
    {
        var leaving = _active.Values.ToArray();
        foreach (var activation in leaving)
        {
            activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo leaves its cluster."));
        }

        await Task.WhenAll(leaving.Select(activation => activation.Deactivated)).WaitAsync(timeout)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    internal void Add(NamespaceKey key, IGrainContext activation) => _active[key] = activation;

    internal void Remove(NamespaceKey key) => _active.TryRemove(key, out _);
}
