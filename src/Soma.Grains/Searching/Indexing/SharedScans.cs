namespace Soma.Grains.Searching.Indexing;

/// <summary>Searches of one snapshot that wait for a worker, and can be compared with the vectors in one pass.</summary>
/// <remarks>
/// The vectors of a large namespace do not fit into a processor's cache, so one search costs mainly the reading of them. A search
/// announces its query before it waits for a worker. The first search that gets one compares the vectors with all queries that are
/// announced by then. A search whose query is being compared already when it gets its worker helps, and otherwise finds its scores
/// ready. Workers that have nothing to do help with a large namespace, too.
/// </remarks>
internal sealed class SharedScans(IndexSnapshot snapshot)
{
    // The scores of more queries than this would push the vectors out of the cache.
    private const int MostTogether = 16;

    private readonly List<SharedScan> _announced = [];

    /// <param name="query">The query's vector, of length 1.</param>
    /// <param name="space">Selects the vectors of a segment.</param>
    /// <param name="abandoned">Says that the search has ended without its scores.</param>
    /// <param name="withPassages">Whether the query is compared with the passages of long texts, too.</param>
    /// <param name="idle">Asked to help; null: there is nobody.</param>
    public SharedScan Announce(
        float[] query, Func<SegmentView, VectorBlock> space, CancellationToken abandoned, bool withPassages = false, IIdleWorkers? idle = null)
    {
        var scan = new SharedScan(this, new QuantisedQuery(query), space, abandoned) { WithPassages = withPassages, Idle = idle };
        lock (_announced)
        {
            _announced.Add(scan);
        }

        return scan;
    }

    /// <summary>The batch that compares this query: the one that has it, or a new one with the queries that are announced in its space.</summary>
    public ScanBatch BatchOf(SharedScan scan)
    {
        lock (_announced)
        {
            if (scan.Batch is { } known)
            {
                return known;
            }

            _announced.Remove(scan);
            var together = new List<SharedScan>(MostTogether) { scan };
            _announced.RemoveAll(other => other.IsAbandoned || (together.Count < MostTogether && IsTaken(other)));
            var batch = new ScanBatch(snapshot, [.. together]);
            together.ForEach(each => each.Batch = batch);
            return batch;

            bool IsTaken(SharedScan other)
            {
                if (other.Space != scan.Space || other.Query.Numbers.Length != scan.Query.Numbers.Length)
                {
                    return false;
                }

                together.Add(other);
                return true;
            }
        }
    }
}

/// <summary>The query of one search, to be compared with all vectors of a snapshot in one space.</summary>
internal sealed class SharedScan(SharedScans scans, QuantisedQuery query, Func<SegmentView, VectorBlock> space, CancellationToken abandoned)
{
    public QuantisedQuery Query => query;

    public Func<SegmentView, VectorBlock> Space => space;

    /// <summary>Whether the search has ended without its scores.</summary>
    public bool IsAbandoned => abandoned.IsCancellationRequested;

    /// <summary>What compares the query; null as long as no worker began.</summary>
    public ScanBatch? Batch { get; set; }

    /// <summary>The scores by position, from the shared pool of arrays; the batch makes it.</summary>
    public float[] Scores { get; set; } = [];

    /// <summary>Whether the query is compared with the passages of long texts, too.</summary>
    public bool WithPassages { get; init; }

    /// <summary>Asked to help; null: there is nobody.</summary>
    public IIdleWorkers? Idle { get; init; }

    /// <summary>
    /// By position, for long texts: how much nearer their best passage is than the whole (<see cref="TextPassages.LeadFor"/>). From the shared pool of
    /// arrays; null: no text has passages, or they are not compared.
    /// </summary>
    public float[]? Leads { get; set; }

    /// <summary>Compares the query unless that has been done, and returns its scores: int8 scores of all slots that have a vector, and any number elsewhere.</summary>
    public float[] Run()
    {
        var batch = scans.BatchOf(this);
        if (batch.MostThreads > 1)
        {
            Idle?.Offer(batch.Help, batch.MostThreads - 1);
        }

        batch.RunAll();
        return Scores;
    }
}
