using System.Collections.Concurrent;
using Soma.Grains.Interfaces;

namespace Soma.Grains;

/// <summary>The namespaces whose grains are active on this silo, for operators who ask where one is.</summary>
public sealed class LocalNamespaces
{
    private readonly ConcurrentDictionary<NamespaceKey, byte> _active = [];

    public int Count => _active.Count;

    public bool Contains(NamespaceKey key) => _active.ContainsKey(key);

    internal void Add(NamespaceKey key) => _active[key] = 0;

    internal void Remove(NamespaceKey key) => _active.TryRemove(key, out _);
}
