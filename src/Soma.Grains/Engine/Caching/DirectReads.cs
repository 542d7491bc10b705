using System.Diagnostics.CodeAnalysis;

namespace Soma.Grains.Engine.Caching;

/// <summary>
/// Memories that a get in the same process is answered with on its own thread, without a turn of the grain. A turn puts a
/// memory in when it has answered a get with it.
/// </summary>
/// <remarks>
/// <para>Turns change it, and any thread reads it. Before a commit is published, its memories are removed here. So after that
/// commit is answered, a get finds no old memory here; it asks the grain, and the grain puts the new one in.</para>
/// <para>It only holds memories that the row cache holds too, so it needs no budget of its own.</para>
/// </remarks>
internal sealed class DirectReads(TimeProvider clock)
{
    /// <summary>
    /// How long gets are answered here after the last turn that answered one. Then one get takes a turn again, which renews the
    /// lease, reports the namespace as used, and keeps the activation alive.
    /// </summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(500);

    // Turns alone write, one at a time.
    private readonly ConcurrentDictionary<Coordinate, MemoryRecord> _records = new(concurrencyLevel: 1, capacity: 1);
    private long _openedAt;
    private volatile bool _isClosed;

    /// <summary>Finds a memory. The caller must read the head seq before this call, and check the lease after it.</summary>
    public bool TryGet(Coordinate coordinate, [NotNullWhen(true)] out MemoryRecord? record)
    {
        record = null;
        return !_isClosed
            && clock.GetElapsedTime(Volatile.Read(ref _openedAt)) < Window
            && _records.TryGetValue(coordinate, out record);
    }

    /// <summary>Adds a memory that a get was just answered with on a turn. Its access count must be the committed one.</summary>
    public void Add(MemoryRecord record)
    {
        _records[record.Coordinate] = record;
        Volatile.Write(ref _openedAt, clock.GetTimestamp());
    }

    /// <summary>Takes over the committed access count of a memory.</summary>
    public void Recount(MemoryRow row)
    {
        if (_records.TryGetValue(row.Coordinate, out var record))
        {
            _records[row.Coordinate] = record with { AccessCount = row.AccessCount };
        }
    }

    public void Remove(Coordinate coordinate) => _records.TryRemove(coordinate, out _);

    /// <summary>Forgets all memories, because something changed that many of them show, such as the source of their vectors.</summary>
    public void Clear()
    {
        if (!_records.IsEmpty)
        {
            _records.Clear();
        }
    }

    /// <summary>The namespace is being released: from now on the grain answers, or refuses.</summary>
    public void Close() => _isClosed = true;
}
