namespace Soma.Grains.Searching.Indexing;

/// <summary>The memories of an index that expire, in the order of their expiry. Used on the grain's turn.</summary>
/// <remarks>
/// When a memory is overwritten or deleted, its entry stays and names a seq that the key no longer has. When such outdated
/// entries outnumber the current ones, they are removed, so the queue never grows beyond about twice the number of expiring
/// memories.
/// </remarks>
internal sealed class ExpiryQueue
{
    private const int Slack = 1_000;

    private readonly PriorityQueue<(Coordinate Coordinate, long Seq), long> _entries = new();

    /// <summary>Entries, outdated ones included.</summary>
    public int Count => _entries.Count;

    public void Add(Coordinate coordinate, long seq, long expiresAt) => _entries.Enqueue((coordinate, seq), expiresAt);

    /// <summary>Removes and returns the next entry that has expired by <paramref name="now"/>; false if there is none.</summary>
    public bool TryTake(long now, out (Coordinate Coordinate, long Seq) expired)
    {
        expired = default;
        return _entries.TryPeek(out _, out var first) && first <= now && _entries.TryDequeue(out expired, out _);
    }

    /// <summary>Removes outdated entries if they outnumber the <paramref name="living"/> ones.</summary>
    public void Tidy(int living, Func<Coordinate, long, bool> isCurrent)
    {
        if (_entries.Count > (2L * living) + Slack)
        {
            var current = _entries.UnorderedItems.Where(entry => isCurrent(entry.Element.Coordinate, entry.Element.Seq)).ToArray();
            _entries.Clear();
            _entries.EnqueueRange(current);
        }
    }
}
