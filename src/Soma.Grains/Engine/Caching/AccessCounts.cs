namespace Soma.Grains.Engine.Caching;

/// <summary>Counts GETs of memories. The next commit writes the counts together with its rows. Runs on the grain's turn.</summary>
internal sealed class AccessCounts(int capacity)
{
    private Dictionary<Coordinate, long> _counts = [];

    /// <summary>Whether so many memories have a count that a commit should be made for the counts alone.</summary>
    public bool IsFull => _counts.Count >= capacity;

    public bool IsEmpty => _counts.Count == 0;

    /// <summary>Counts one more GET, and returns how many of the memory's GETs are not committed yet.</summary>
    public long Increment(Coordinate coordinate) => _counts[coordinate] = Pending(coordinate) + 1;

    public long Pending(Coordinate coordinate) => _counts.GetValueOrDefault(coordinate);

    /// <summary>Returns the counts for a commit, and starts again from zero.</summary>
    public IReadOnlyList<(Coordinate Coordinate, long Count)> Drain()
    {
        var drained = _counts;
        _counts = [];
        return [.. drained.Select(count => (count.Key, count.Value))];
    }

    /// <summary>Adds the counts of a commit that failed to those counted since.</summary>
    public void Restore(IReadOnlyList<(Coordinate Coordinate, long Count)> counts)
    {
        foreach (var (coordinate, count) in counts)
        {
            _counts[coordinate] = Pending(coordinate) + count;
        }
    }
}
