namespace Soma.Grains.Engine.Caching;

/// <summary>Counts GETs of memories, on any thread. The next commit writes the counts together with its rows.</summary>
internal sealed class AccessCounts(int capacity)
{
    private readonly Lock _gate = new();
    private Dictionary<Coordinate, long> _counts = [];

    /// <summary>Whether so many memories have a count that a commit should be made for the counts alone.</summary>
    public bool IsFull => _counts.Count >= capacity;

    public bool IsEmpty => _counts.Count == 0;

    /// <summary>Counts one more GET, and returns how many of the memory's GETs are not committed yet.</summary>
    public long Increment(Coordinate coordinate)
    {
        lock (_gate)
        {
            return ++CollectionsMarshal.GetValueRefOrAddDefault(_counts, coordinate, out _);
        }
    }

    public long Pending(Coordinate coordinate)
    {
        lock (_gate)
        {
            return _counts.GetValueOrDefault(coordinate);
        }
    }

    /// <summary>Returns the counts for a commit, and starts again from zero.</summary>
    public IReadOnlyList<(Coordinate Coordinate, long Count)> Drain()
    {
        lock (_gate)
        {
            var drained = _counts;
            _counts = [];
            return [.. drained.Select(count => (count.Key, count.Value))];
        }
    }

    /// <summary>Adds the counts of a commit that failed to those counted since.</summary>
    public void Restore(IReadOnlyList<(Coordinate Coordinate, long Count)> counts)
    {
        lock (_gate)
        {
            foreach (var (coordinate, count) in counts)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_counts, coordinate, out _) += count;
            }
        }
    }
}
