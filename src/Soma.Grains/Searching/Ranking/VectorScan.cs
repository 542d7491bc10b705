using System.Runtime.CompilerServices;
using Soma.Grains.Searching.Indexing;

namespace Soma.Grains.Searching.Ranking;

/// <summary>Compares one query with the vectors of all candidates in one space.</summary>
/// <param name="candidates">The memories to score.</param>
/// <param name="query">The query's vector, of length 1.</param>
/// <param name="quantised">The same as whole numbers.</param>
/// <param name="space">Selects the vectors of a segment.</param>
internal sealed class VectorScan(Candidates candidates, float[] query, QuantisedQuery quantised, Func<SegmentView, VectorBlock> space)
{
    /// <summary>Writes the int8 scores of the candidates that have a vector, and NaN for others whose chunk has vectors.</summary>
    /// <param name="scores">By position.</param>
    /// <param name="areScored">Whether the scores are there already, those of memories that are no candidates among them.</param>
    /// <param name="cancellationToken">Ends the scan.</param>
    public void Score(Span<float> scores, bool areScored, CancellationToken cancellationToken)
    {
        foreach (var run in Runs(cancellationToken))
        {
            var part = scores.Slice(run.Position, run.Length);
            var wanted = CountWanted(run);
            if (!areScored && wanted * 2 < run.Length)
            {
                for (var i = 0; i < part.Length && wanted > 0; i++)
                {
                    part[i] = IsWanted(run, i) ? quantised.Dot(run.Chunk.CodesOf(i), run.Chunk.ScaleOf(i)) : part[i];
                }

                continue;
            }

            if (!areScored)
            {
                // Scoring all vectors of the chunk in one go is faster than choosing among them.
                quantised.Score(run.Chunk.Codes, run.Chunk.Scales[..run.Length], part);
            }

            for (var i = 0; i < part.Length && wanted < part.Length; i++)
            {
                part[i] = IsWanted(run, i) ? part[i] : float.NaN;
            }
        }
    }

    /// <summary>Writes the float32 scores of the candidates that have a vector; other scores stay.</summary>
    public void ScoreExactly(Span<float> scores, CancellationToken cancellationToken)
    {
        foreach (var run in Runs(cancellationToken))
        {
            for (var i = 0; i < run.Length; i++)
            {
                if (IsWanted(run, i))
                {
                    scores[run.Position + i] = UnitVector.Dot(run.Chunk.Read(i), query);
                }
            }
        }
    }

    /// <summary>Rescores the best by float32, and returns the least of the new scores.</summary>
    /// <remarks>
    /// All memories with the score of the last one are rescored too. Otherwise equal memories would get different scores, some by int8
    /// and some by float32.
    /// </remarks>
    public float RescoreBest(Span<float> scores, int count)
    {
        var from = ScoreSpan.LeastOfBest(scores, count);
        var least = Rescore(scores, _ => (float.NegativeInfinity, from));

        // With fewer memories than wanted, all of them were rescored.
        return float.IsNegativeInfinity(from) ? from : least;
    }

    /// <summary>Rescores all memories that may have at least the score <paramref name="least"/> by float32, or may be the worst.</summary>
    public void RescoreEnds(Span<float> scores, float least)
    {
        var worst = ScoreSpan.IndexOfLowest(scores);
        if (worst >= 0)
        {
            var lowest = ExactScoreOf(worst);
            Rescore(scores, chunk => quantised.ErrorWith(chunk.LargestScale) is var error ? (lowest + error, least - error) : default);
        }
    }

    /// <summary>Rescores what scores at most one bound or at least the other, which may differ from chunk to chunk.</summary>
    private float Rescore(Span<float> scores, Func<VectorChunk, (float AtMost, float AtLeast)> bounds)
    {
        var least = float.PositiveInfinity;
        foreach (var run in Runs(CancellationToken.None))
        {
            var part = scores.Slice(run.Position, run.Length);
            var (atMost, atLeast) = bounds(run.Chunk);
            for (var i = ScoreSpan.NextOutside(part, 0, atMost, atLeast); i < part.Length; i = ScoreSpan.NextOutside(part, i + 1, atMost, atLeast))
            {
                part[i] = UnitVector.Dot(run.Chunk.Read(i), query);
                least = Math.Min(least, part[i]);
            }
        }

        return least;
    }

    /// <summary>The float32 score of a candidate that has a vector.</summary>
    private float ExactScoreOf(int position)
    {
        var (segment, slot) = candidates.PlaceOf(position);
        return UnitVector.Dot(space(candidates.Snapshot.ViewAt(segment)).Read(slot), query);
    }

    private IEnumerable<Run> Runs(CancellationToken cancellationToken)
    {
        var snapshot = candidates.Snapshot;
        for (var i = 0; i < snapshot.SegmentCount; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (block, length, offset) = (space(snapshot.ViewAt(i)), snapshot.LengthOf(i), candidates.OffsetOf(i));
            for (var from = 0; from < length && block.Dimension == query.Length; from += VectorBlock.ChunkSlots)
            {
                if (block.ChunkAt(from / VectorBlock.ChunkSlots) is { } chunk)
                {
                    yield return new Run(block, chunk, from, offset + from, Math.Min(VectorBlock.ChunkSlots, length - from));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int CountWanted(Run run)
    {
        var allowed = MemoryMarshal.AsBytes(candidates.Allowed.Slice(run.Position, run.Length));
        var marks = MemoryMarshal.Cast<VectorMarks, byte>(run.Block.Marks.Slice(run.Slot, run.Length));
        var count = 0;
        for (var i = 0; i < allowed.Length; i++)
        {
            count += allowed[i] & marks[i] & (int)VectorMarks.Present;
        }

        return count;
    }

    private bool IsWanted(Run run, int index) => candidates[run.Position + index] && run.Block.Has(run.Slot + index);

    /// <summary>Neighbouring slots whose vectors lie in one chunk, from its first slot on.</summary>
    private readonly record struct Run(VectorBlock Block, VectorChunk Chunk, int Slot, int Position, int Length);
}
