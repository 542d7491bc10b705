using Soma.Grains.Interfaces;

namespace Soma.Grains.Searching.Indexing;

/// <summary>Which memories of an index expire, the first to expire first; on the grain's turn.</summary>
/// <remarks>
/// A memory that is overwritten or deleted leaves its entry behind, which names a seq that its coordinate no longer has. When
/// such entries outnumber the living ones the queue is made anew, so it stays within twice of what expires, whatever is written.
/// </remarks>
internal sealed class ExpiryQueue
{
    private const int Slack = 1_000;

    private readonly PriorityQueue<(Coordinate Coordinate, long Seq), long> _entries = new();

    /// <summary>Entries, outdated ones included.</summary>
    public int Count => _entries.Count;

    public void Add(Coordinate coordinate, long seq, long expiresAt) => _entries.Enqueue((coordinate, seq), expiresAt);

    /// <summary>Takes the next entry out whose time is over at <paramref name="now"/>.</summary>
    public bool TryTake(long now, out (Coordinate Coordinate, long Seq) expired)
    {
        expired = default;
        return _entries.TryPeek(out _, out var first) && first <= now && _entries.TryDequeue(out expired, out _);
    }

    /// <summary>Lets go of outdated entries once they are more than the <paramref name="living"/> ones.</summary>
    public void Tidy(int living, Func<Coordinate, long, bool> isCurrent)
    {
        if (_entries.Count <= (2L * living) + Slack)
        {
            return;
        }

        var current = _entries.UnorderedItems.Where(entry => isCurrent(entry.Element.Coordinate, entry.Element.Seq)).ToArray();
        _entries.Clear();
        _entries.EnqueueRange(current);
    }
}
