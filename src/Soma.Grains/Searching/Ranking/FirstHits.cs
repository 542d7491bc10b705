using System.Collections;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching.Ranking;

/// <summary>
/// The best memories of a first ranking. A second ranking takes further words from them (RM3: Lavrenko and Croft, 2001; Abdul-Jaleel and
/// others, 2004), because what belongs to an answer often shares words with it that the question does not have.
/// </summary>
/// <remarks>
/// The further words bring more of the evidence into the answer, but they may also bring another memory to the top. So the best keep
/// their places.
/// </remarks>
internal sealed class FirstHits
{
    /// <summary>How many memories keep their places.</summary>
    public const int Kept = 3;

    // Measured; docs/retrieval.md has other values.
    private const int Sources = 2;
    private const int Words = 10;
    private const float ShareOfQuery = 0.7f;
    private const float Lead = 1e-4f;

    private readonly Candidates _candidates;
    private readonly int[] _positions;
    private readonly float[] _scores;

    private FirstHits(Candidates candidates, int[] positions, float[] scores) => (_candidates, _positions, _scores) = (candidates, positions, scores);

    /// <param name="candidates">The memories.</param>
    /// <param name="scores">Their scores by position; 0 where there is none.</param>
    public static FirstHits Of(Candidates candidates, ReadOnlySpan<float> scores)
    {
        var best = new BestList(Kept, candidates.CompareKeys);
        for (var i = Next(scores, 0, best); i < scores.Length; i = Next(scores, i + 1, best))
        {
            if (candidates[i])
            {
                best.Offer(i, scores[i]);
            }
        }

        var positions = best.Take();
        var kept = new float[positions.Length];
        for (var i = 0; i < kept.Length; i++)
        {
            kept[i] = scores[positions[i]];
        }

        return new FirstHits(candidates, positions, kept);
    }

    /// <summary>The words that say most in the best memories, weighted beside the words of the query.</summary>
    public List<SnapshotTerm> FurtherWords(IReadOnlyList<SnapshotTerm> query)
    {
        var shares = new Dictionary<string, (SnapshotTerm Term, float Share)>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(Sources, _positions.Length); i++)
        {
            AddWords(_positions[i], _scores[i], shares);
        }

        // Equal words are taken in the order of their letters, so that answers are repeatable.
        var chosen = shares.OrderByDescending(word => word.Value.Share).ThenBy(word => word.Key, StringComparer.Ordinal).Take(Words).Select(word => word.Value).ToList();
        var perShare = query.Sum(word => word.Weight) * (1 - ShareOfQuery) / ShareOfQuery / chosen.Sum(word => word.Share);
        return [.. chosen.Select(word => word.Term.Weighing(word.Share * perShare))];
    }

    /// <summary>Raises the best memories of the first ranking above all others, in their old order.</summary>
    /// <param name="scores">The scores of the second ranking.</param>
    public void Keep(Span<float> scores)
    {
        if (_positions.Length == 0)
        {
            return;
        }

        foreach (var position in _positions)
        {
            scores[position] = 0;
        }

        var rise = Math.Max(0, ScoreSpan.Range(scores).Highest + Lead - _scores[^1]);
        for (var i = 0; i < _positions.Length; i++)
        {
            scores[_positions[i]] = _scores[i] + rise;
        }
    }

    private static int Next(ReadOnlySpan<float> scores, int from, BestList best) =>
        ScoreSpan.NextOutside(scores, from, float.NegativeInfinity, Math.Max(float.Epsilon, (float)best.Least));

    // A word's share is its part of the text, times its rarity, times the score of the memory.
    private void AddWords(int position, float score, Dictionary<string, (SnapshotTerm Term, float Share)> shares)
    {
        var snapshot = _candidates.Snapshot;
        var (number, slot) = _candidates.PlaceOf(position);
        var segment = snapshot.SegmentAt(number);
        var hashes = new BitArray(1 << 16);
        foreach (var hash in segment.OrderOf(slot))
        {
            hashes[hash] = true;
        }

        // Few terms share these bits of their hashes with a word of the text, so few are looked for among their postings. Stop words have no place in the order.
        foreach (var postings in segment.Terms.All().Where(postings => hashes[(ushort)postings.Hash] && postings.Term[0] is not (SpeakerArm.Mark or TermText.FurtherMark)))
        {
            if (postings.OccurrencesIn(slot) is > 0 and var occurrences)
            {
                var term = shares.TryGetValue(postings.Term, out var known) ? known.Term : SnapshotTerm.Of(snapshot, postings.Term);
                shares[postings.Term] = (term, known.Share + (score * occurrences / segment.Lengths[slot] * term.Weight));
            }
        }
    }
}
