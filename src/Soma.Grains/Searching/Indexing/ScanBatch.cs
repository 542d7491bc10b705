using System.Buffers;

namespace Soma.Grains.Searching.Indexing;

/// <summary>Compares several queries with all vectors of a snapshot in one space. Several threads may run it at once, and share the work.</summary>
internal sealed class ScanBatch
{
    private readonly List<(VectorChunk Chunk, int Position, int Length)> _runs = [];
    private readonly QuantisedQuery[] _queries;
    private readonly float[][] _scores;
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
        }

        _scores = Array.ConvertAll(scans, static scan => scan.Scores);
        _left = _runs.Count;
    }

    /// <summary>Returns when all vectors have been compared.</summary>
    public void Run()
    {
        for (var i = Interlocked.Increment(ref _next); i < _runs.Count; i = Interlocked.Increment(ref _next))
        {
            try
            {
                var (chunk, position, length) = _runs[i];
                QuantisedQueries.Score(_queries, chunk.Codes, chunk.Scales[..length], _scores, position);
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
                    _runs.Add((chunk, offset + from, Math.Min(VectorBlock.ChunkSlots, length - from)));
                }
            }

            offset += length;
        }

        return offset;
    }
}
