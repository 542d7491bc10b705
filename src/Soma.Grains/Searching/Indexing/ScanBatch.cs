using System.Buffers;
using System.Runtime.ExceptionServices;

namespace Soma.Grains.Searching.Indexing;

/// <summary>
/// Compares several queries with all vectors of a snapshot in one space, and with the passages of its long texts. Several threads may run it at once, and
/// share the work.
/// </summary>
internal sealed class ScanBatch
{
    // Comparing so many chunks takes a third of a millisecond. Less is not worth waking another thread for.
    private const int RunsPerThread = 64;

    private readonly List<Run> _runs = [];
    private readonly QuantisedQuery[] _queries;
    private readonly float[][] _scores;
    private readonly (QuantisedQuery Query, float[] Leads)[] _ofPassages;
    private ExceptionDispatchInfo? _failure;
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

    /// <summary>How many threads have enough to do with it.</summary>
    public int MostThreads => _runs.Count / RunsPerThread;

    /// <summary>Returns when all vectors have been compared.</summary>
    public void RunAll()
    {
        while (RunNext())
        {
        }

        // Another thread is within its last chunk, which takes some microseconds.
        var spin = default(SpinWait);
        while (Volatile.Read(ref _left) > 0)
        {
            spin.SpinOnce();
        }

        _failure?.Throw();
    }

    /// <summary>Takes a part of the work for as long as <paramref name="goesOn"/> says so and some is left. A failure is that of <see cref="RunAll"/>.</summary>
    public void Help(Func<bool> goesOn)
    {
        while (goesOn() && RunNext())
        {
        }
    }

    /// <returns>False: there was nothing left to begin.</returns>
    private bool RunNext()
    {
        var i = Interlocked.Increment(ref _next);
        if (i >= _runs.Count)
        {
            return false;
        }

        try
        {
            var run = _runs[i];
            QuantisedQueries.Score(_queries, run.Chunk.Codes, run.Chunk.Scales[..run.Length], _scores, run.Position);
            ComparePassages(run);
        }
        catch (Exception e)
        {
            // Every search of the batch lacks scores now, whichever thread it was.
            _failure = ExceptionDispatchInfo.Capture(e);
        }

        Interlocked.Decrement(ref _left);
        return true;
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
