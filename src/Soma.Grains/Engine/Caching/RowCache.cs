using System.Diagnostics.CodeAnalysis;

namespace Soma.Grains.Engine.Caching;

/// <summary>
/// The cache of one namespace's committed rows. It drops the least recently used row first. It also holds the tombstones of
/// deleted memories, and knows coordinates that hold nothing. Rows that a queued command needs are pinned until it is decided.
/// </summary>
/// <remarks>Runs on the grain's turn. A row in the cache is always the newest committed one.</remarks>
internal sealed class RowCache(DirectReads direct)
{
    // A rough estimate of what a row takes beside its contents: dictionary entry, list node, object and strings.
    private const int RowOverhead = 300;

    private readonly Dictionary<Coordinate, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];

    /// <summary>What of the cache gets may be answered with off the turn.</summary>
    public DirectReads Direct => direct;

    /// <summary>Bytes held, by estimate.</summary>
    public long Bytes { get; private set; }

    public int Count => _entries.Count;

    /// <summary>
    /// Whether the cache has every coordinate that was ever written, so that a missing one is known to hold nothing. This is
    /// true from the first write of a new namespace until the first row is dropped.
    /// </summary>
    public bool IsComplete { get; set; }

    /// <summary>Returns whether it is known what the coordinate holds; <paramref name="row"/> is null if it is known to hold nothing.</summary>
    public bool TryGet(Coordinate coordinate, out MemoryRow? row)
    {
        row = null;
        if (!TryTouch(coordinate, out var entry))
        {
            return IsComplete;
        }

        row = entry.Row;
        return entry.IsKnown;
    }

    /// <summary>Stores a committed row, or that the coordinate holds none.</summary>
    public void Put(Coordinate coordinate, MemoryRow? row)
    {
        var entry = GetOrAdd(coordinate);
        Bytes += Size(row) - Size(entry.Row);
        entry.Row = row;
        entry.IsKnown = true;
        direct.Remove(coordinate);
    }

    /// <summary>Adds GETs to the count of a cached row.</summary>
    public void AddAccess(Coordinate coordinate, long count)
    {
        if (TryTouch(coordinate, out var entry) && entry.Row is { Alive: true } row)
        {
            entry.Row = row with { AccessCount = row.AccessCount + count };
            direct.Recount(entry.Row);
        }
    }

    /// <summary>Keeps the coordinate's entry until <see cref="Unpin"/> was called as often as this.</summary>
    public void Pin(Coordinate coordinate) => GetOrAdd(coordinate).Pins++;

    public void Unpin(Coordinate coordinate)
    {
        var node = _entries[coordinate];
        if (--node.Value.Pins == 0 && !node.Value.IsKnown)
        {
            Remove(node);
        }
    }

    /// <summary>Drops rows that are not pinned, the least recently used first, until at most <paramref name="target"/> bytes are held.</summary>
    public void Trim(long target)
    {
        for (var node = _byUse.First; node is not null && Bytes > target;)
        {
            var next = node.Next;
            if (node.Value.Pins == 0)
            {
                Remove(node);
                IsComplete = false;
            }

            node = next;
        }
    }

    private static long Size(MemoryRow? row) =>
        row is null ? 0 : row.Payload.Length + (2L * (row.Text?.Length ?? 0)) + (row.BroughtVector?.Length ?? 0);

    private bool TryTouch(Coordinate coordinate, [NotNullWhen(true)] out Entry? entry)
    {
        entry = null;
        if (!_entries.TryGetValue(coordinate, out var node))
        {
            return false;
        }

        _byUse.Remove(node);
        _byUse.AddLast(node);
        entry = node.Value;
        return true;
    }

    private Entry GetOrAdd(Coordinate coordinate)
    {
        if (TryTouch(coordinate, out var entry))
        {
            return entry;
        }

        entry = new Entry(coordinate) { IsKnown = IsComplete };
        _entries.Add(coordinate, _byUse.AddLast(entry));
        Bytes += RowOverhead + (2L * coordinate.Text.Length);
        return entry;
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        Bytes -= RowOverhead + (2L * node.Value.Coordinate.Text.Length) + Size(node.Value.Row);
        direct.Remove(node.Value.Coordinate);
        _entries.Remove(node.Value.Coordinate);
        _byUse.Remove(node);
    }

    private sealed class Entry(Coordinate coordinate)
    {
        public Coordinate Coordinate => coordinate;

        public MemoryRow? Row { get; set; }

        public bool IsKnown { get; set; }

        public int Pins { get; set; }
    }
}
