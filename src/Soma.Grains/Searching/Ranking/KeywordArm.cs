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
    public static Arm Score(Candidates candidates, TermCounts query, CancellationToken cancellationToken)
    {
        var arm = new Arm(candidates.Positions, 0);
        var snapshot = candidates.Snapshot;
        var meanLength = snapshot.TextCount == 0 ? 1 : Math.Max(1, snapshot.TotalLength / (double)snapshot.TextCount);
        foreach (var (term, count) in query.Terms)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var frequency = CountMemories(snapshot, term);
            if (frequency > 0)
            {
                var weight = count * Math.Log(1 + ((snapshot.TextCount - frequency + 0.5) / (frequency + 0.5)));
                AddTerm(arm.Scores.AsSpan(), candidates, term, weight, meanLength);
            }
        }

        return arm;
    }

    private static int CountMemories(IndexSnapshot snapshot, string term)
    {
        var count = 0;
        for (var i = 0; i < snapshot.SegmentCount; i++)
        {
            var (segment, length) = (snapshot.SegmentAt(i), snapshot.LengthOf(i));
            foreach (var posting in segment.Terms.Read(term, length))
            {
                count += segment.LivesAt(TermPostings.SlotOf(posting), snapshot.Publication) ? 1 : 0;
            }
        }

        return count;
    }

    private static void AddTerm(Span<float> scores, Candidates candidates, string term, double weight, double meanLength)
    {
        var snapshot = candidates.Snapshot;
        for (var i = 0; i < snapshot.SegmentCount; i++)
        {
            var (segment, length, offset) = (snapshot.SegmentAt(i), snapshot.LengthOf(i), candidates.OffsetOf(i));
            foreach (var posting in segment.Terms.Read(term, length))
            {
                var slot = TermPostings.SlotOf(posting);
                if (candidates[offset + slot])
                {
                    var occurrences = TermPostings.OccurrencesOf(posting);
                    var norm = Bm25.K1 * (segment[slot].Length + Bm25.LengthPrior) / (meanLength + Bm25.LengthPrior);
                    scores[offset + slot] += (float)(weight * occurrences * (Bm25.K1 + 1) / (occurrences + norm));
                }
            }
        }
    }
}
