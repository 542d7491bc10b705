namespace Soma.Grains.Engine.Caching;

/// <summary>Knows of the links that queued commands want to remove whether they exist. It is read in advance, and each commit updates it.</summary>
internal sealed class LinkKnowledge
{
    private readonly Dictionary<LinkKey, Entry> _entries = [];

    /// <summary>Counts the links that commits changed. If the count rises during a walk, the walk has seen two states.</summary>
    public long Changes { get; private set; }

    /// <summary>Whether the link exists after the last commit. The caller has pinned and read it.</summary>
    public bool Exists(LinkKey key) =>
        _entries[key].Exists ?? throw new InvalidOperationException("A link was decided on before it was read.");

    /// <summary>Whether the link must still be read: a command has pinned it, and it is not known whether it exists.</summary>
    public bool IsWanted(LinkKey key) => _entries.TryGetValue(key, out var entry) && entry.Exists is null;

    public void Pin(LinkKey key) => (CollectionsMarshal.GetValueRefOrAddDefault(_entries, key, out _) ??= new Entry()).Pins++;

    public void Unpin(LinkKey key)
    {
        if (--_entries[key].Pins == 0)
        {
            _entries.Remove(key);
        }
    }

    /// <summary>Records what the store said, unless a commit has recorded something newer.</summary>
    public void Learn(LinkKey key, bool exists)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            entry.Exists ??= exists;
        }
    }

    public void Apply(CommitBatch batch)
    {
        Changes += batch.PutLinks.Count + batch.DeletedLinks.Count + batch.LinkRemovals.Count;
        if (_entries.Count == 0)
        {
            return;
        }

        var removed = batch.LinkRemovals.Select(removal => removal.Coordinate).ToHashSet();
        foreach (var (key, entry) in _entries)
        {
            if (removed.Contains(key.From) || removed.Contains(key.To))
            {
                entry.Exists = false;
            }
        }

        foreach (var key in batch.DeletedLinks)
        {
            Set(key, false);
        }

        foreach (var link in batch.PutLinks)
        {
            Set(link.Key, true);
        }
    }

    private void Set(LinkKey key, bool exists)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            entry.Exists = exists;
        }
    }

    private sealed class Entry
    {
        public bool? Exists { get; set; }

        public int Pins { get; set; }
    }
}
