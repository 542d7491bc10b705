using Soma.Grains.Engine.Caching;
using Soma.Grains.Storage.Forgetting;

namespace Soma.Grains.Engine.Forgetting;

/// <summary>When each memory was last read, in a namespace whose importance fades. Elsewhere nothing is kept and nothing is written.</summary>
/// <remarks>
/// A GET writes nothing. The next commits carry the times along, as they carry the counts of GETs (<see cref="AccessCounts"/>), so a crash
/// may lose the newest ones. Times are noted and read on any thread; the rest runs on the grain's turn.
/// </remarks>
internal sealed class AccessTimes(IForgettingStore store, NamespaceConfiguration configuration)
{
    private const int PageSize = 10_000;

    // Small at first: most namespaces keep no times.
    private readonly ConcurrentDictionary<Coordinate, Instant> _times = new(concurrencyLevel: 1, capacity: 1);
    private readonly ConcurrentDictionary<Coordinate, Instant> _unwritten = new(concurrencyLevel: 1, capacity: 1);
    private Task? _loading;

    /// <summary>Whether the namespace's importance fades, so that times are kept.</summary>
    public bool IsKept => configuration.HalfLife is not null;

    /// <summary>The time of the last GET; the beginning of time if none is known.</summary>
    public Instant Of(Coordinate coordinate) => _times.GetValueOrDefault(coordinate);

    public void Note(Coordinate coordinate, Instant at)
    {
        Keep(_times, coordinate, at);
        Keep(_unwritten, coordinate, at);
    }

    /// <summary>Reads what the store has, once. Until then, a memory counts as read only by the GETs of this activation.</summary>
    public Task EnsureLoadedAsync(long namespaceId)
    {
        if (_loading is null or { IsFaulted: true } or { IsCanceled: true })
        {
            _loading = LoadAsync(namespaceId);
        }

        return _loading;
    }

    /// <summary>Takes out times for a commit, of as many memories as <see cref="AccessCounts.Drain"/> takes counts of.</summary>
    public IReadOnlyList<(Coordinate Coordinate, Instant At)> Drain()
    {
        if (_unwritten.IsEmpty)
        {
            return [];
        }

        var drained = new List<(Coordinate, Instant)>();
        foreach (var (coordinate, _) in _unwritten)
        {
            if (drained.Count < AccessCounts.MostACommit && _unwritten.TryRemove(coordinate, out var at))
            {
                drained.Add((coordinate, at));
            }
        }

        return drained;
    }

    /// <summary>Takes back the times of a commit that failed.</summary>
    public void Restore(IReadOnlyList<(Coordinate Coordinate, Instant At)> times)
    {
        foreach (var (coordinate, at) in times)
        {
            Keep(_unwritten, coordinate, at);
        }
    }

    /// <summary>Forgets the times of memories that a commit deleted.</summary>
    public void ApplyOnTurn(CommitBatch batch)
    {
        if (_times.IsEmpty)
        {
            return;
        }

        foreach (var row in batch.Memories)
        {
            if (!row.Alive)
            {
                _times.TryRemove(row.Coordinate, out _);
            }
        }
    }

    private static void Keep(ConcurrentDictionary<Coordinate, Instant> times, Coordinate coordinate, Instant at) =>
        times.AddOrUpdate(coordinate, static (_, at) => at, static (_, known, at) => at > known ? at : known, at);

    private async Task LoadAsync(long namespaceId)
    {
        for (var before = long.MaxValue; await store.ReadAccessTimesAsync(namespaceId, before, PageSize, CancellationToken.None) is [.., var last] page; before = last.Seq)
        {
            foreach (var time in page)
            {
                Keep(_times, time.Coordinate, time.At);
            }
        }
    }
}
