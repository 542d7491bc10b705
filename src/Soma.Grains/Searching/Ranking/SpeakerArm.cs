using Soma.Grains.Searching.Indexing;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching.Ranking;

/// <summary>
/// Prefers what was said by somebody whom the query names. As one word among others a name says little, since it stands in
/// half of a conversation's turns; that the turn is <i>theirs</i> says more.
/// </summary>
/// <remarks>Measured: .1 before context lifts first ranks and recall alike; from .05 to .2 it hardly matters.</remarks>
internal static class SpeakerArm
{
    /// <summary>What a named speaker's memories gain on the fused score, which reaches 1.</summary>
    public const float Gain = 0.1f;

    // No term of a text has it.
    private const char Mark = '\u0001';

    /// <summary>What a term of a speaker's name is called among the index's terms.</summary>
    public static string TermOf(string term) => Mark + term;

    /// <summary>Adds the gain, once a memory, and notes who has it.</summary>
    public static void Add(Candidates candidates, TermCounts query, Span<float> fused, bool[] gained)
    {
        var snapshot = candidates.Snapshot;
        foreach (var (term, _) in query.Terms)
        {
            var name = TermOf(term);
            for (var i = 0; i < snapshot.SegmentCount; i++)
            {
                if (snapshot.SegmentAt(i).Terms.Find(name) is { } postings)
                {
                    Add(postings, snapshot.LengthOf(i), candidates.Allowed[candidates.OffsetOf(i)..], fused[candidates.OffsetOf(i)..], gained.AsSpan(candidates.OffsetOf(i)));
                }
            }
        }
    }

    private static void Add(TermPostings postings, int length, ReadOnlySpan<bool> allowed, Span<float> fused, Span<bool> gained)
    {
        foreach (var posting in postings.Read())
        {
            var slot = TermPostings.SlotOf(posting);
            if (slot >= length)
            {
                return;
            }

            if (allowed[slot] && !gained[slot])
            {
                gained[slot] = true;
                fused[slot] += Gain;
            }
        }
    }
}
