using System.Buffers;

namespace Soma.Grains.Searching.Indexing;

/// <summary>
/// Compares several queries with all vectors of a snapshot in one space, and with the passages of its long texts. Several threads may run it at once, and
/// share the work.
/// </summary>
internal sealed class ScanBatch
{
    private readonly List<Run> _runs = [];
    private readonly QuantisedQuery[] _queries;
    private readonly float[][] _scores;
    private readonly (QuantisedQuery Query, float[] Leads)[] _ofPassages;
    private int _next = -1;
    private int _left;

    public ScanBatch(IndexSnapshot snapshot, SharedScan[] scans)
    {
        _queries = Array.ConvertAll(scans, static scan => scan.Query);
        var positions = AddRuns(snapshot, scans[0].Space);
        foreach (var scan in scans)
        {
            scan.Scores = ArrayPool<float>.Shared.Rent(positions);
            scan.Scores.AsSpan(0, positions).Fill(float.NaN);
            scan.Leads = scan.WithPassages && _runs.Exists(run => run.Segment.HasPassages) ? ArrayPool<float>.Shared.Rent(positions) : null;
        }

        _scores = Array.ConvertAll(scans, static scan => scan.Scores);
        _ofPassages = [.. scans.Where(scan => scan.Leads is not null).Select(scan => (scan.Query, scan.Leads!))];
        _left = _runs.Count;
    }

    /// <summary>Returns when all vectors have been compared.</summary>
    public void RunAll()
    {
        for (var i = Interlocked.Increment(ref _next); i < _runs.Count; i = Interlocked.Increment(ref _next))
        {
            try
            {
                var run = _runs[i];
                QuantisedQueries.Score(_queries, run.Chunk.Codes, run.Chunk.Scales[..run.Length], _scores, run.Position);
                ComparePassages(run);
            }
            finally
            {
                Interlocked.Decrement(ref _left);
            }
        }

        // Another thread is within its last chunk, which takes some microseconds.
        var spin = default(SpinWait);
        while (Volatile.Read(ref _left) > 0)
        {
            spin.SpinOnce();
        }
    }

    // The passages of a text are read from memory for the first query, and from the cache for the others.
    private void ComparePassages(Run run)
    {
        var passages = _ofPassages.Length > 0 && run.Segment.HasPassages ? run.Segment.Passages.Slice(run.Slot, run.Length) : default;
        for (var i = 0; i < passages.Length; i++)
        {
            if (passages[i] is { } own)
            {
                foreach (var (query, leads) in _ofPassages)
                {
                    leads[run.Position + i] = own.LeadFor(query);
                }
            }
        }
    }

    /// <returns>The number of positions.</returns>
    private int AddRuns(IndexSnapshot snapshot, Func<SegmentView, VectorBlock> space)
    {
        var offset = 0;
        for (var i = 0; i < snapshot.SegmentCount; i++)
        {
            var (block, length) = (space(snapshot.ViewAt(i)), snapshot.LengthOf(i));
            for (var from = 0; from < length && block.Dimension == _queries[0].Numbers.Length; from += VectorBlock.ChunkSlots)
            {
                if (block.ChunkAt(from / VectorBlock.ChunkSlots) is { } chunk)
                {
                    _runs.Add(new Run(snapshot.SegmentAt(i), chunk, from, offset + from, Math.Min(VectorBlock.ChunkSlots, length - from)));
                }
            }

            offset += length;
        }

        return offset;
    }

    /// <summary>Neighbouring slots whose vectors lie in one chunk, from its first slot on.</summary>
    private readonly record struct Run(Segment Segment, VectorChunk Chunk, int Slot, int Position, int Length);
}
