using Soma.Grains.Engine.Caching;
using Soma.Grains.Storage.Forgetting;

namespace Soma.Grains.Engine.Forgetting;

/// <summary>The living memories of a namespace that has a bound, in the order in which they would be evicted.</summary>
/// <remarks>
/// <para>A heap, so that a store costs O(log n). A memory's rank only rises while it is not written again: each GET raises it. So GETs do not
/// touch the heap. A memory that comes to the top is ranked again, and goes down if it was read meanwhile.</para>
/// <para>Nothing is taken for good while a batch is formed, because the batch may fail. What was taken or passed over goes back into the
/// heap when the next batch begins, unless the commit has deleted or replaced it. So it does not matter how a batch ended.</para>
/// <para>Runs on the grain's turn.</para>
/// </remarks>
internal sealed class EvictionOrder(AccessCounts counts, AccessTimes times)
{
    // A rough estimate of what a memory takes here: the object, its key, its entry in the dictionary and in the heap.
    private const int BytesPerMemory = 320;

    private readonly Dictionary<Coordinate, LivingMemory> _living = [];
    private readonly PriorityQueue<LivingMemory, EvictionRank> _next = new();
    private readonly PriorityQueue<LivingMemory, long> _expiring = new();
    private readonly List<LivingMemory> _passed = [];
    private readonly List<LivingMemory> _passedExpiring = [];
    private Bounds _bounds = new(long.MaxValue, long.MaxValue, EvictionRule.Oldest, null);

    public int Count => _living.Count;

    /// <summary>The bytes of the memories, by the measure of the bound.</summary>
    public long Bytes { get; private set; }

    /// <summary>Bytes that this order holds in memory, by estimate.</summary>
    public long HeldBytes => (long)BytesPerMemory * _living.Count;

    public LivingMemory? Find(Coordinate coordinate) => _living.GetValueOrDefault(coordinate);

    /// <summary>Adds a memory that was read from the store; <see cref="Arrange"/> must follow.</summary>
    public void AddLoaded(LivingMemory memory)
    {
        _living[memory.Coordinate] = memory;
        Bytes += memory.Bytes;
    }

    /// <summary>Orders all memories by the rule of these bounds.</summary>
    public void Arrange(Bounds bounds)
    {
        _bounds = bounds;
        _passed.Clear();
        _passedExpiring.Clear();
        _next.Clear();
        _next.EnqueueRange(_living.Values.Select(memory => (memory, RankOf(memory))));
        _expiring.Clear();
        _expiring.EnqueueRange(_living.Values.Where(memory => memory.ExpiresAt is not null).Select(memory => (memory, memory.ExpiresAt!.Value.Microseconds)));
    }

    /// <summary>Puts back what an earlier batch took. What its commit has deleted or replaced does not come back.</summary>
    public void BeginBatch()
    {
        GiveBack((0, 0));
        // Replaced and deleted memories stay in the heaps until they come to the top.
        if (_next.Count + _expiring.Count > (4L * _living.Count) + 1_000)
        {
            Arrange(_bounds);
        }
    }

    /// <summary>A place to which <see cref="GiveBack"/> returns.</summary>
    public (int, int) Mark() => (_passed.Count, _passedExpiring.Count);

    /// <summary>Puts back what was taken or passed over since <paramref name="mark"/>.</summary>
    public void GiveBack((int Passed, int Expiring) mark)
    {
        foreach (var memory in CollectionsMarshal.AsSpan(_passed)[mark.Passed..])
        {
            Enqueue(memory);
        }

        foreach (var memory in CollectionsMarshal.AsSpan(_passedExpiring)[mark.Expiring..])
        {
            EnqueueExpiring(memory);
        }

        _passed.RemoveRange(mark.Passed, _passed.Count - mark.Passed);
        _passedExpiring.RemoveRange(mark.Expiring, _passedExpiring.Count - mark.Expiring);
    }

    /// <summary>Takes a memory whose time was over at <paramref name="now"/>, the longest over first; null: there is none.</summary>
    public LivingMemory? TakeExpired(Instant now, Func<LivingMemory, bool> isFree)
    {
        while (_expiring.TryPeek(out var memory, out var end) && end <= now.Microseconds)
        {
            _expiring.Dequeue();
            if (IsCurrent(memory))
            {
                _passedExpiring.Add(memory);
                if (isFree(memory))
                {
                    return memory;
                }
            }
        }

        return null;
    }

    /// <summary>The memory that goes next; null: there is none. Memories that are not free are passed over.</summary>
    public LivingMemory? Peek(Func<LivingMemory, bool> isFree, out EvictionRank rank)
    {
        while (_next.TryPeek(out var memory, out rank))
        {
            if (!IsCurrent(memory))
            {
                _next.Dequeue();
            }
            else if (!isFree(memory))
            {
                Take();
            }
            else if (RankOf(memory) is var now && now.CompareTo(rank) > 0)
            {
                _next.DequeueEnqueue(memory, now);
            }
            else
            {
                return memory;
            }
        }

        return null;
    }

    /// <summary>Takes the memory that <see cref="Peek"/> has shown.</summary>
    public void Take() => _passed.Add(_next.Dequeue());

    /// <summary>Takes over what a commit left.</summary>
    public void ApplyOnTurn(CommitBatch batch)
    {
        foreach (var row in batch.Memories)
        {
            if (_living.Remove(row.Coordinate, out var before))
            {
                Bytes -= before.Bytes;
            }

            if (row.Alive)
            {
                var memory = LivingMemory.Of(row);
                // The store keeps the count of a memory that goes on, and begins a new one at 0.
                memory.AccessCount = before?.CreatedSeq == row.CreatedSeq ? before.AccessCount : 0;
                AddLoaded(memory);
                Enqueue(memory);
                EnqueueExpiring(memory);
            }
        }

        foreach (var (coordinate, count) in batch.AccessCounts)
        {
            if (_living.TryGetValue(coordinate, out var memory))
            {
                memory.AccessCount += count;
            }
        }
    }

    /// <summary>Where the memory stands now.</summary>
    /// <remarks>
    /// Importances that fade are compared by their logarithms, log2(importance) + last access / half-life. All fade alike, so this order does not
    /// change as time goes by, and a heap can keep it.
    /// </remarks>
    public EvictionRank RankOf(LivingMemory memory) => _bounds.Rule switch
    {
        EvictionRule.LeastUsed => new EvictionRank(0, memory.AccessCount + counts.Pending(memory.Coordinate), memory.Seq),
        EvictionRule.LeastImportant when _bounds.HalfLife is { } halfLife && memory.Importance > 0 => new EvictionRank(
            1, Math.Log2(memory.Importance) + (LastAccessOf(memory).Microseconds / halfLife.TotalMicroseconds), memory.Seq),
        EvictionRule.LeastImportant => new EvictionRank(0, memory.Importance, memory.Seq),
        _ => new EvictionRank(0, 0, memory.Seq),
    };

    private Instant LastAccessOf(LivingMemory memory) => times.Of(memory.Coordinate) is var read && read > memory.UpdatedAt ? read : memory.UpdatedAt;

    private bool IsCurrent(LivingMemory memory) => ReferenceEquals(_living.GetValueOrDefault(memory.Coordinate), memory);

    private void Enqueue(LivingMemory memory)
    {
        if (IsCurrent(memory))
        {
            _next.Enqueue(memory, RankOf(memory));
        }
    }

    private void EnqueueExpiring(LivingMemory memory)
    {
        if (memory.ExpiresAt is { } end && IsCurrent(memory))
        {
            _expiring.Enqueue(memory, end.Microseconds);
        }
    }
}
