using Soma.Grains.Searching.Indexing;

namespace Soma.Grains.Searching.Ranking;

/// <summary>Scores by cosine: scans the int8 vectors of one space, and rescores the best with the float32 vectors.</summary>
/// <remarks>
/// An int8 score is wrong by a few thousandths. Rescoring the best few hundred gives the order of float32, because the memories
/// behind them are farther away than that. An exact search reads only float32 vectors.
/// </remarks>
internal static class VectorArm
{
    private const int RescoredAtLeast = 128;
    private const int RescoredPerWanted = 4;

    /// <param name="candidates">The memories to score.</param>
    /// <param name="query">The query's vector, of length 1.</param>
    /// <param name="space">Selects the vectors of a segment.</param>
    /// <param name="wanted">How many of the best must be in the right order; null: all.</param>
    /// <param name="cancellationToken">Ends the scan.</param>
    public static Arm Score(
        Candidates candidates, float[] query, Func<SegmentView, VectorBlock> space, int? wanted, CancellationToken cancellationToken)
    {
        var arm = new Arm(candidates.Positions, float.NaN);
        if (wanted is not { } count)
        {
            Scan(arm.Scores, candidates, space, query.Length, new ExactScorer(query), cancellationToken);
            return arm;
        }

        Scan(arm.Scores, candidates, space, query.Length, new QuantisedScorer(new QuantisedQuery(query)), cancellationToken);
        Rescore(arm.Scores, candidates, query, space, Math.Max(RescoredAtLeast, RescoredPerWanted * count));
        return arm;
    }

    private static void Scan<TScorer>(
        Span<float> scores,
        Candidates candidates,
        Func<SegmentView, VectorBlock> space,
        int dimension,
        TScorer scorer,
        CancellationToken cancellationToken)
        where TScorer : struct, IScorer
    {
        for (var i = 0; i < candidates.Snapshot.SegmentCount; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (block, length, offset) = (space(candidates.Snapshot.ViewAt(i)), candidates.Snapshot.LengthOf(i), candidates.OffsetOf(i));
            for (var from = 0; from < length && block.Dimension == dimension; from += VectorBlock.ChunkSlots)
            {
                if (block.ChunkAt(from / VectorBlock.ChunkSlots) is { } chunk)
                {
                    var run = (From: from, To: Math.Min(length, from + VectorBlock.ChunkSlots));
                    ScanChunk(scores[offset..], candidates, offset, block, chunk, run, scorer);
                }
            }
        }
    }

    private static void ScanChunk<TScorer>(
        Span<float> scores, Candidates candidates, int offset, VectorBlock block, VectorChunk chunk, (int From, int To) run, TScorer scorer)
        where TScorer : struct, IScorer
    {
        var allowed = candidates.Allowed[offset..];
        for (var slot = run.From; slot < run.To; slot++)
        {
            if (allowed[slot] && block.Has(slot))
            {
                scores[slot] = scorer.Score(chunk, slot - run.From);
            }
        }
    }

    private static void Rescore(
        Span<float> scores, Candidates candidates, float[] query, Func<SegmentView, VectorBlock> space, int count)
    {
        var least = LeastOfBest(scores, count);
        for (var position = 0; position < scores.Length; position++)
        {
            // All memories with the score of the last one are rescored too. Otherwise equal memories would get different scores,
            // some by int8 and some by float32.
            if (scores[position] >= least)
            {
                var (segment, slot) = candidates.PlaceOf(position);
                scores[position] = TensorPrimitives.Dot(space(candidates.Snapshot.ViewAt(segment)).Read(slot), query);
            }
        }
    }

    private static float LeastOfBest(ReadOnlySpan<float> scores, int count)
    {
        var best = new PriorityQueue<float, float>(count);
        var least = float.NegativeInfinity;
        foreach (var score in scores)
        {
            if (best.Count < count && !float.IsNaN(score))
            {
                best.Enqueue(score, score);
                least = best.Count == count ? best.Peek() : least;
            }
            else if (score > least)
            {
                best.DequeueEnqueue(score, score);
                least = best.Peek();
            }
        }

        return least;
    }

    private interface IScorer
    {
        float Score(VectorChunk chunk, int slot);
    }

    // These are structs, so that the JIT compiles the loop for each of them without a virtual call.
    private readonly struct ExactScorer(float[] query) : IScorer
    {
        public float Score(VectorChunk chunk, int slot) => TensorPrimitives.Dot(chunk.Read(slot), query);
    }

    private readonly struct QuantisedScorer(QuantisedQuery query) : IScorer
    {
        public float Score(VectorChunk chunk, int slot) => query.Dot(chunk.CodesOf(slot), chunk.ScaleOf(slot));
    }
}
