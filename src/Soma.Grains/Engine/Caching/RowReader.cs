namespace Soma.Grains.Engine.Caching;

/// <summary>
/// Reads rows from the store into the cache. A row that was read is not used if its coordinate is in a commit that was in
/// flight when the query was sent, or that was sent before its answer came. Such a row may be older or newer than what
/// readers may see. Example: the query found version 3, and version 4 was committed before the answer came.
/// </summary>
/// <remarks>Runs on the grain's turn. Requests that come while a read is under way share the next read.</remarks>
internal sealed class RowReader(ICanonicalStore store, RowCache cache, LinkKnowledge links, CacheInstruments instruments)
{
    private readonly List<HashSet<Coordinate>> _readsUnderWay = [];
    private CommitBatch? _inFlight;
    private TaskCompletionSource? _settling;
    private ReadRound? _next;
    private Task _running = Task.CompletedTask;

    /// <summary>The cache into which rows are read.</summary>
    public RowCache Cache => cache;

    /// <summary>What is known of the links that queued commands want to remove.</summary>
    public LinkKnowledge Links => links;

    /// <summary>Counts the purges that were committed. Content that was read of the log before the count rose may have to be forgotten.</summary>
    public long Purges { get; private set; }

    /// <summary>Completes when the commit in flight, if any, has been published or has failed.</summary>
    public Task Settled { get; private set; } = Task.CompletedTask;

    /// <summary>Whether nothing must be read of these coordinates. Only then they count as looked up; otherwise the read counts them.</summary>
    public bool IsInMemory(Coordinate[] coordinates)
    {
        foreach (var coordinate in coordinates)
        {
            if (!cache.TryGet(coordinate, out _))
            {
                return false;
            }
        }

        instruments.OnLookedUp(coordinates.Length, 0);
        return true;
    }

    /// <summary>Reads those of these pinned coordinates and links that are not known yet.</summary>
    /// <returns>The receipt under <paramref name="key"/>; null: there is none.</returns>
    public async Task<Receipt?> ReadAsync(
        long namespaceId, IReadOnlyList<Coordinate> coordinates, IReadOnlyList<LinkKey> linkKeys, string? key)
    {
        Receipt? receipt = null;
        var lookUp = key;
        for (var isFirstLook = true; ; isFirstLook = false)
        {
            var missing = coordinates.Where(coordinate => !cache.TryGet(coordinate, out _)).ToArray();
            if (isFirstLook)
            {
                instruments.OnLookedUp(coordinates.Count, missing.Length);
            }

            var unknown = linkKeys.Where(links.IsWanted).ToArray();
            if (missing.Length == 0 && unknown.Length == 0 && lookUp is null)
            {
                return receipt;
            }

            var found = await JoinRoundAsync(namespaceId, missing, unknown, lookUp);
            if (lookUp is not null)
            {
                receipt = found.GetValueOrDefault(lookUp);
                lookUp = null;
            }

            await Settled;
        }
    }

    public void OnSent(CommitBatch batch)
    {
        _inFlight = batch;
        _settling = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Settled = _settling.Task;
        foreach (var touched in _readsUnderWay)
        {
            AddTouched(touched, batch);
        }
    }

    /// <summary>Takes in what a commit left.</summary>
    public void Apply(CommitBatch batch)
    {
        foreach (var row in batch.Memories)
        {
            cache.Put(row.Coordinate, row);
        }

        foreach (var (coordinate, count) in batch.AccessCounts)
        {
            cache.AddAccess(coordinate, count);
        }

        links.Apply(batch);
        Purges += batch.Purges.Count;
    }

    public void OnSettled()
    {
        _inFlight = null;
        _settling?.TrySetResult();
        _settling = null;
    }

    /// <summary>
    /// Runs <paramref name="read"/>, and also returns the coordinates that commits touched meanwhile. What was read of these
    /// must not be used.
    /// </summary>
    public async Task<(T Result, IReadOnlySet<Coordinate> Touched)> ReadStableAsync<T>(Func<Task<T>> read)
    {
        var touched = new HashSet<Coordinate>();
        if (_inFlight is not null)
        {
            AddTouched(touched, _inFlight);
        }

        _readsUnderWay.Add(touched);
        try
        {
            return (await read(), touched);
        }
        finally
        {
            _readsUnderWay.Remove(touched);
        }
    }

    private static void AddTouched(HashSet<Coordinate> touched, CommitBatch batch)
    {
        foreach (var row in batch.Memories)
        {
            touched.Add(row.Coordinate);
        }

        // What was read of a link is used only if neither of its ends was touched, so adding the start of a changed link is enough.
        foreach (var key in batch.DeletedLinks.Concat(batch.PutLinks.Select(link => link.Key)))
        {
            touched.Add(key.From);
        }
    }

    private async Task<IReadOnlyDictionary<string, Receipt>> JoinRoundAsync(
        long namespaceId, Coordinate[] coordinates, LinkKey[] linkKeys, string? key)
    {
        var round = _next;
        if (round is null)
        {
            _next = round = new ReadRound();
            _running = round.Done = RunRoundAsync(round, namespaceId, _running);
        }

        round.Coordinates.UnionWith(coordinates);
        round.Links.UnionWith(linkKeys);
        if (key is not null)
        {
            round.Keys.Add(key);
        }

        await round.Done;
        return round.Receipts;
    }

    private async Task RunRoundAsync(ReadRound round, long namespaceId, Task previous)
    {
        await Task.Yield();
        // If the round before failed, its own callers got the exception. This round runs all the same.
        await previous.ContinueWith(static _ => { }, TaskScheduler.Current);
        _next = null;
        var (read, touched) = await ReadStableAsync(() => store.ReadAsync(namespaceId, round.Coordinates, round.Keys, CancellationToken.None));
        round.Receipts = read.Receipts;
        foreach (var coordinate in round.Coordinates)
        {
            if (!touched.Contains(coordinate) && !cache.TryGet(coordinate, out _))
            {
                cache.Put(coordinate, read.Rows.GetValueOrDefault(coordinate));
            }
        }

        if (round.Links.Count > 0)
        {
            await ReadLinksAsync(namespaceId, round.Links);
        }
    }

    private async Task ReadLinksAsync(long namespaceId, HashSet<LinkKey> keys)
    {
        var (found, touched) = await ReadStableAsync(() => store.ReadLinksAsync(namespaceId, keys, CancellationToken.None));
        var existing = found.Select(link => link.Key).ToHashSet();
        foreach (var key in keys.Where(key => !touched.Contains(key.From) && !touched.Contains(key.To)))
        {
            links.Learn(key, existing.Contains(key));
        }
    }

    private sealed class ReadRound
    {
        public HashSet<Coordinate> Coordinates { get; } = [];

        public HashSet<LinkKey> Links { get; } = [];

        public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);

        public IReadOnlyDictionary<string, Receipt> Receipts { get; set; } = new Dictionary<string, Receipt>();

        public Task Done { get; set; } = Task.CompletedTask;
    }
}
