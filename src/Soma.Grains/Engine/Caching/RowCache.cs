using System.Diagnostics.CodeAnalysis;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Caching;

/// <summary>
/// Committed rows of one namespace, least recently used first to go. Holds tombstones and "nothing there" as well, and
/// keeps the rows that queued commands wait for until they are decided.
/// </summary>
/// <remarks>Lives on the grain's turn. A row in here is always the newest committed one.</remarks>
public sealed class RowCache
{
    // Dictionary entry, list node, row object and strings around the payload, roughly.
    private const int RowOverhead = 300;

    private readonly Dictionary<Coordinate, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];

    /// <summary>Bytes held, by estimate.</summary>
    public long Bytes { get; private set; }

    public int Count => _entries.Count;

    /// <summary>
    /// Whether every coordinate ever written is in here, so that a missing one is known to be empty: true from an empty
    /// namespace's first write until the first row has to go.
    /// </summary>
    public bool IsComplete { get; set; }

    /// <summary>Finds what is known of a coordinate; <paramref name="row"/> is null where it is known to be empty.</summary>
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

    /// <summary>Takes a committed row in, or the knowledge that there is none.</summary>
    public void Put(Coordinate coordinate, MemoryRow? row)
    {
        var entry = GetOrAdd(coordinate);
        Bytes += Size(row) - Size(entry.Row);
        entry.Row = row;
        entry.IsKnown = true;
    }

    /// <summary>Adds GETs to a row that is held.</summary>
    public void AddAccess(Coordinate coordinate, long count)
    {
        if (TryTouch(coordinate, out var entry) && entry.Row is { Alive: true } row)
        {
            entry.Row = row with { AccessCount = row.AccessCount + count };
        }
    }

    /// <summary>Keeps what is or will be known of a coordinate until it is unpinned as often.</summary>
    public void Pin(Coordinate coordinate) => GetOrAdd(coordinate).Pins++;

    public void Unpin(Coordinate coordinate)
    {
        var node = _entries[coordinate];
        if (--node.Value.Pins == 0 && !node.Value.IsKnown)
        {
            Remove(node);
        }
    }

    /// <summary>Lets unpinned rows go, oldest use first, until at most <paramref name="target"/> bytes are held.</summary>
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
