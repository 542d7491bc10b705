using System.Numerics.Tensors;
using Soma.Grains.Engine.Searching.Indexing;

namespace Soma.Grains.Engine.Searching.Ranking;

/// <summary>Scores by cosine: an exact scan over one space's vectors.</summary>
internal static class VectorArm
{
    private const int SlotsPerCancellationCheck = 1024;

    /// <param name="candidates">Whom to score.</param>
    /// <param name="query">The query's vector, of length 1.</param>
    /// <param name="brought">Whether the brought space is meant, not the text space.</param>
    /// <param name="cancellationToken">Ends the scan.</param>
    public static Arm Score(Candidates candidates, float[] query, bool brought, CancellationToken cancellationToken)
    {
        var arm = new Arm(candidates.Positions, float.NaN);
        for (var i = 0; i < candidates.Snapshot.SegmentCount; i++)
        {
            var segment = candidates.Snapshot.SegmentAt(i);
            var length = candidates.Snapshot.LengthOf(i);
            for (var from = 0; from < length; from += SlotsPerCancellationCheck)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var to = Math.Min(length, from + SlotsPerCancellationCheck);
                ScoreRun(arm.Scores.AsSpan(), candidates, segment, candidates.OffsetOf(i), (from, to), query, brought);
            }
        }

        return arm;
    }

    private static void ScoreRun(
        Span<float> scores, Candidates candidates, Segment segment, int offset, (int From, int To) run, float[] query, bool brought)
    {
        var vectors = brought ? segment.Brought : segment.Texts;
        for (var slot = run.From; slot < run.To; slot++)
        {
            if (!candidates[offset + slot])
            {
                continue;
            }

            ref readonly var content = ref segment[slot];
            if (brought ? content.HasBrought : content.HasVector)
            {
                scores[offset + slot] = TensorPrimitives.Dot(vectors.Read(slot), query);
            }
        }
    }
}
