namespace Soma.Grains.Engine.Caching;

/// <summary>Counts GETs of memories, on any thread. The next commit writes the counts together with its rows.</summary>
internal sealed class AccessCounts(int capacity)
{
    /// <summary>A write waits for the counts that its commit carries along, so these are a few milliseconds' worth.</summary>
    public const int MostACommit = 1_000;

    private readonly Lock _gate = new();
    private Dictionary<Coordinate, long> _counts = [];

    /// <summary>Whether so many memories have a count that a commit should be made for the counts alone.</summary>
    public bool IsFull => _counts.Count >= capacity;

    /// <summary>How many memories have a count.</summary>
    public int Count => _counts.Count;

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

    /// <summary>Takes out the counts of up to <see cref="MostACommit"/> memories for a commit.</summary>
    public IReadOnlyList<(Coordinate Coordinate, long Count)> Drain()
    {
        lock (_gate)
        {
            var drained = _counts.Take(MostACommit).Select(count => (count.Key, count.Value)).ToArray();
            if (drained.Length == _counts.Count)
            {
                _counts = [];
            }

            foreach (var (coordinate, _) in drained)
            {
                _counts.Remove(coordinate);
            }

            return drained;
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
