namespace Soma.Grains.Engine.Quotas;

/// <summary>
/// What each writer holds in the namespaces of this silo, and, as far as this silo has heard, in all others. All engines of the silo share it.
/// </summary>
/// <remarks>
/// An owner adds what its own namespace holds, exactly, to what the others hold, which may be some seconds old: see
/// <see cref="TakeChanges"/>. Safe on any thread.
/// </remarks>
public sealed class KeyTotals
{
    private readonly ConcurrentDictionary<string, Writer> _writers = new(StringComparer.Ordinal);

    /// <summary>What the writer, who has limits, holds in all namespaces but this one.</summary>
    public Amount ElsewhereOf(string by, NamespaceKey key)
    {
        var writer = _writers.GetOrAdd(by, static _ => new Writer());
        lock (writer)
        {
            writer.IsAsked = true;
            return writer.Elsewhere + (writer.Sum - writer.Here.GetValueOrDefault(key));
        }
    }

    /// <summary>Says what a writer holds in a namespace now.</summary>
    public void Set(string by, NamespaceKey key, Amount amount)
    {
        var writer = _writers.GetOrAdd(by, static _ => new Writer());
        lock (writer)
        {
            writer.Sum += amount - writer.Here.GetValueOrDefault(key);
            writer.Here[key] = amount;
            writer.Changed.Add(key);
        }
    }

    /// <summary>A namespace was deleted, and with it what the writer held there.</summary>
    public void GiveBack(string by, NamespaceKey key)
    {
        Set(by, key, default);
        var writer = _writers[by];
        lock (writer)
        {
            writer.IsAsked = true;
        }
    }

    /// <summary>
    /// What is to be told to whoever adds up all silos: of each writer whose limits were asked for since the last call, what changed since it
    /// was last told.
    /// </summary>
    public IReadOnlyList<KeyChanges> TakeChanges()
    {
        var all = new List<KeyChanges>();
        foreach (var (by, writer) in _writers)
        {
            lock (writer)
            {
                if (writer.IsAsked)
                {
                    all.Add(new KeyChanges(by, [.. writer.Changed.Select(key => (key, writer.Here[key]))], writer.Sum));
                    writer.Changed.Clear();
                    writer.IsAsked = false;
                }
            }
        }

        return all;
    }

    /// <summary>Takes over what the writer holds in all namespaces of all silos, as it was after these changes.</summary>
    public void Learn(KeyChanges told, Amount total)
    {
        var writer = _writers[told.By];
        lock (writer)
        {
            writer.Elsewhere = total - told.Sum;
        }
    }

    /// <summary>The changes could not be told: they are taken again.</summary>
    public void Return(KeyChanges untold)
    {
        var writer = _writers[untold.By];
        lock (writer)
        {
            writer.IsAsked = true;
            writer.Changed.UnionWith(untold.Changes.Select(change => change.Key));
        }
    }

    private sealed class Writer
    {
        public bool IsAsked { get; set; }

        public Dictionary<NamespaceKey, Amount> Here { get; } = [];

        public HashSet<NamespaceKey> Changed { get; } = [];

        public Amount Sum { get; set; }

        public Amount Elsewhere { get; set; }
    }
}

/// <summary>What changed of a writer's amounts on this silo.</summary>
/// <param name="By">The writer.</param>
/// <param name="Changes">The namespaces that changed, each with what the writer holds there now.</param>
/// <param name="Sum">What the writer holds in all namespaces that this silo has counted.</param>
public sealed record KeyChanges(string By, IReadOnlyList<(NamespaceKey Key, Amount Amount)> Changes, Amount Sum);
