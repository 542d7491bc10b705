using System.Runtime.CompilerServices;
using Soma.Grains.Searching.Indexing;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching.Ranking;

/// <summary>Scores by words: BM25 (Robertson and Zaragoza, 2009) with the exact statistics of the snapshot.</summary>
/// <remarks>
/// N, the document frequencies and the mean length are those of all living memories with text, whatever the request's filter.
/// Lengths are normalised fully (b = 1), but each text counts as <see cref="Bm25.LengthPrior"/> terms longer than it is: a turn
/// of 8 terms is then not worth twice one of 16, while a message of 400 terms still counts less than one of 40. A smaller b would
/// achieve the first and lose the second.
/// </remarks>
internal static class KeywordArm
{
    public static Arm Score(Candidates candidates, IReadOnlyList<SnapshotTerm> terms, CancellationToken cancellationToken)
    {
        var arm = new Arm(candidates.Positions, 0);
        candidates.MarkOthers(arm.Scores, float.NaN);
        var snapshot = candidates.Snapshot;
        var impacts = snapshot.Impacts();
        for (var i = 0; i < snapshot.SegmentCount; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var lengths = snapshot.SegmentAt(i).Lengths;
            var scores = arm.Scores.AsSpan(candidates.OffsetOf(i), snapshot.LengthOf(i));
            foreach (var term in terms)
            {
                AddTerm(scores, term.PostingsIn(i, scores.Length), lengths, impacts, term.Weight);
                AddTerm(scores, term.FurtherIn(i, scores.Length), lengths, impacts, term.Weight * Bm25.FurtherWeight);
            }
        }

        return arm;
    }

    // A score of NaN stays NaN, so the loop need not ask which memories are candidates.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTerm(Span<float> scores, ReadOnlySpan<uint> postings, ReadOnlySpan<int> lengths, Bm25Impacts impacts, float weight)
    {
        var known = impacts.Known;
        foreach (var posting in postings)
        {
            var (slot, occurrences) = (TermPostings.SlotOf(posting), TermPostings.OccurrencesOf(posting));
            var at = Bm25Impacts.PlaceOf(lengths[slot], occurrences);
            scores[slot] += weight * (at < (uint)known.Length ? known[(int)at] : impacts.Of(lengths[slot], occurrences));
        }
    }
}
