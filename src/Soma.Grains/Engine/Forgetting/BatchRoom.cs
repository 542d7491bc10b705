using Soma.Grains.Storage.Forgetting;

namespace Soma.Grains.Engine.Forgetting;

/// <summary>What a batch leaves room for: the memories and bytes after the commands decided so far, and what is evicted for the next one.</summary>
/// <remarks>
/// <para>A command evicts before it stores, within its own commit. So the bound holds at every seq, not only after whole commits, and
/// a reader of the log never sees one memory too many.</para>
/// <para>A command never evicts what it stores itself; a later command of the batch may. If the bound was lowered, commits shrink the namespace by
/// <see cref="MostBeyondNeed"/> memories at a time, and it never grows.</para>
/// </remarks>
internal sealed class BatchRoom
{
    /// <summary>How many memories a batch evicts beyond what its own commands need.</summary>
    public const int MostBeyondNeed = 1_000;

    private readonly EvictionOrder _order;
    private readonly Bounds _bounds;
    private readonly Instant _at;
    private readonly Dictionary<Coordinate, LivingMemory?> _changed = [];
    private readonly PriorityQueue<LivingMemory, EvictionRank> _own = new();
    private readonly List<LivingMemory> _ownPassed = [];
    private readonly HashSet<Coordinate> _chosen = [];
    private long _count;
    private long _bytes;
    private int _beyondNeed = MostBeyondNeed;

    public BatchRoom(EvictionOrder order, Bounds bounds, Instant at)
    {
        (_order, _bounds, _at) = (order, bounds, at);
        (_count, _bytes) = (order.Count, order.Bytes);
        order.BeginBatch();
    }

    /// <summary>Why the command can never fit, whatever is evicted for it; null: it can.</summary>
    /// <param name="command">What the command adds to the log.</param>
    public Rejection? Refuse(IReadOnlyList<LogRow> command)
    {
        var (count, bytes) = PeakOf(command, (0, 0), static _ => null, out _);
        return count > _bounds.MaxMemories ? Rejected($"The request stores {count} memories; this namespace keeps at most {_bounds.MaxMemories} (max_memories).")
            : bytes > _bounds.MaxBytes ? Rejected($"The request stores {bytes} bytes; this namespace keeps at most {_bounds.MaxBytes} (max_bytes).")
            : null;
    }

    /// <summary>Chooses what must go so that the command fits, and adds it to <paramref name="evicted"/>; the command is decided again after their deletes.</summary>
    /// <param name="command">What the command adds to the log, with the deletes of what was chosen for it before.</param>
    /// <param name="evicted">What was chosen for the command.</param>
    /// <returns>Whether anything was added. If not, the command fits.</returns>
    public bool Choose(IReadOnlyList<LogRow> command, List<LivingMemory> evicted)
    {
        var (count, bytes) = PeakOf(command, (_count, _bytes), Find, out var written);
        var chosen = evicted.Count;
        while (!IsEnough(count, bytes) && TakeNext(written) is { } memory)
        {
            _beyondNeed -= IsNoMoreThanBefore(count, bytes) ? 1 : 0;
            (count, bytes) = (count - 1, bytes - memory.Bytes);
            _chosen.Add(memory.Coordinate);
            evicted.Add(memory);
        }

        return evicted.Count > chosen;
    }

    /// <summary>Takes over what an accepted command adds to the log.</summary>
    public void Accept(IReadOnlyList<LogRow> command)
    {
        foreach (var row in command)
        {
            if (row.Op is LogOp.Put or LogOp.Delete)
            {
                var memory = row.Op == LogOp.Put ? LivingMemory.Of(row.Memory) : null;
                (_count, _bytes) = Replaced((_count, _bytes), Find(row.Coordinate), memory);
                _changed[row.Coordinate] = memory;
                if (memory is not null)
                {
                    _own.Enqueue(memory, _order.RankOf(memory));
                }
            }
        }
    }

    /// <summary>Begins a command: what is chosen for it from now on can be given back.</summary>
    public ((int, int) Order, int Own) Mark()
    {
        _chosen.Clear();
        return (_order.Mark(), _ownPassed.Count);
    }

    /// <summary>Gives back what was chosen since <paramref name="mark"/> for a command that was refused.</summary>
    public void GiveBack(((int, int) Order, int Own) mark)
    {
        _order.GiveBack(mark.Order);
        foreach (var memory in _ownPassed[mark.Own..])
        {
            _own.Enqueue(memory, _order.RankOf(memory));
        }

        _ownPassed.RemoveRange(mark.Own, _ownPassed.Count - mark.Own);
    }

    /// <summary>Whether the memory's time was over when the batch was formed.</summary>
    public bool IsExpired(LivingMemory memory) => memory.ExpiresAt <= _at;

    private static Rejection Rejected(string detail) => new() { Status = 422, Detail = detail };

    private bool IsNoMoreThanBefore(long count, long bytes) =>
        count <= Math.Max(_bounds.MaxMemories, _count) && bytes <= Math.Max(_bounds.MaxBytes, _bytes);

    private bool IsEnough(long count, long bytes) => _bounds.Hold(count, bytes) || (_beyondNeed <= 0 && IsNoMoreThanBefore(count, bytes));

    /// <summary>
    /// The most memories and the most bytes that any row of the command leaves, beyond those that the deletes at its beginning leave. A batch may
    /// store a long version of a memory and then a short one, and a reader of the log sees both.
    /// </summary>
    private static (long Count, long Bytes) PeakOf(
        IReadOnlyList<LogRow> command, (long Count, long Bytes) held, Func<Coordinate, LivingMemory?> find, out Dictionary<Coordinate, LivingMemory?> written)
    {
        written = [];
        (long Count, long Bytes)? most = null;
        foreach (var row in command)
        {
            if (row.Op is LogOp.Put or LogOp.Delete)
            {
                var before = written.TryGetValue(row.Coordinate, out var earlier) ? earlier : find(row.Coordinate);
                var after = row.Op == LogOp.Put ? LivingMemory.Of(row.Memory) : null;
                written[row.Coordinate] = after;
                held = Replaced(held, before, after);
            }

            if (row.Op != LogOp.Delete)
            {
                most = (Math.Max(most?.Count ?? 0, held.Count), Math.Max(most?.Bytes ?? 0, held.Bytes));
            }
        }

        return most ?? held;
    }

    private static (long Count, long Bytes) Replaced((long Count, long Bytes) held, LivingMemory? before, LivingMemory? after) => (
        held.Count - (before is null ? 0 : 1) + (after is null ? 0 : 1),
        held.Bytes - (before?.Bytes ?? 0) + (after?.Bytes ?? 0));

    private LivingMemory? Find(Coordinate coordinate) => _changed.TryGetValue(coordinate, out var changed) ? changed : _order.Find(coordinate);

    private LivingMemory? TakeNext(Dictionary<Coordinate, LivingMemory?> written)
    {
        if (_order.TakeExpired(_at, IsFree) is { } expired)
        {
            return expired;
        }

        var committed = _order.Peek(IsFree, out var rank);
        if (PeekOwn(written, out var ownRank) is { } own && (committed is null || ownRank.CompareTo(rank) < 0))
        {
            _ownPassed.Add(_own.Dequeue());
            return own;
        }

        if (committed is not null)
        {
            _order.Take();
        }

        return committed;

        bool IsFree(LivingMemory memory) => !_changed.ContainsKey(memory.Coordinate) && !_chosen.Contains(memory.Coordinate) && !written.ContainsKey(memory.Coordinate);
    }

    /// <summary>Of the memories that earlier commands of the batch have stored, the one that goes next; null: there is none.</summary>
    private LivingMemory? PeekOwn(Dictionary<Coordinate, LivingMemory?> written, out EvictionRank rank)
    {
        while (_own.TryPeek(out var memory, out rank))
        {
            if (!ReferenceEquals(_changed[memory.Coordinate], memory))
            {
                _own.Dequeue();
            }
            else if (written.ContainsKey(memory.Coordinate))
            {
                _ownPassed.Add(_own.Dequeue());
            }
            else
            {
                return memory;
            }
        }

        return null;
    }
}
