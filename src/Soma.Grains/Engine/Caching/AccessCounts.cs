using Soma.Grains.Interfaces;

namespace Soma.Grains.Engine.Caching;

/// <summary>GETs counted since the last commit, which carries them along. On the grain's turn.</summary>
internal sealed class AccessCounts(int capacity)
{
    private Dictionary<Coordinate, long> _counts = [];

    /// <summary>Whether so many memories were counted that the counts should be committed on their own.</summary>
    public bool IsFull => _counts.Count >= capacity;

    public bool IsEmpty => _counts.Count == 0;

    /// <summary>Counts one more GET and says how many are not committed yet.</summary>
    public long Increment(Coordinate coordinate) => _counts[coordinate] = Pending(coordinate) + 1;

    public long Pending(Coordinate coordinate) => _counts.GetValueOrDefault(coordinate);

    /// <summary>Hands the counts to a commit.</summary>
    public IReadOnlyList<(Coordinate Coordinate, long Count)> Drain()
    {
        var drained = _counts;
        _counts = [];
        return [.. drained.Select(count => (count.Key, count.Value))];
    }

    /// <summary>Takes back what a commit did not write.</summary>
    public void Restore(IReadOnlyList<(Coordinate Coordinate, long Count)> counts)
    {
        foreach (var (coordinate, count) in counts)
        {
            _counts[coordinate] = Pending(coordinate) + count;
        }
    }
}
