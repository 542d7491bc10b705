using System.Runtime.CompilerServices;
using Soma.Grains.Searching.Indexing;

namespace Soma.Grains.Searching.Ranking;

/// <summary>
/// Scores how much of the query stands in a memory, and in it and its neighbours of the same conversation together. An answer often
/// has some of a question's words, and the turn before it the others.
/// </summary>
/// <remarks>
/// Measured: 2 to 3 points of recall and 4 to 5 of MRR on conversations, for a walk over postings that were read already. Words count
/// by their rarity. Long texts hold every word, so they are damped by their lengths; without that long chats lose.
/// </remarks>
internal static class CoverageArm
{
    /// <summary>How much the words in the memory itself count.</summary>
    public const float Own = 0.2f;

    /// <summary>How much the words in the memory and its neighbours together count.</summary>
    public const float Around = 0.5f;

    /// <summary>How much the query's adjacent words count that are adjacent in the memory.</summary>
    public const float Adjacent = 0.5f;

    /// <summary>The part of the coverage that counts inside of the context, so that neighbours lend it to each other. The rest counts outside.</summary>
    public const float Inside = 0.5f;

    private const float ShortMemory = 67;
    private const float ShortWindow = 200;
    private const int Reach = 2;

    /// <summary>Writes each candidate's coverage, times <see cref="Inside"/>, into <paramref name="scores"/>.</summary>
    /// <param name="candidates">The memories.</param>
    /// <param name="masks">Which words of the query they have.</param>
    /// <param name="usesNeighbours">Whether the neighbours count.</param>
    /// <param name="scores">By position.</param>
    public static void Score(Candidates candidates, QueryMasks masks, bool usesNeighbours, Span<float> scores)
    {
        scores.Clear();

        // Words that no memory has are the rarest. A memory that has all the others covers little of such a query.
        var unseen = (masks.Asked.Count - masks.Words.Count) * MathF.Log(1 + ((candidates.Snapshot.TextCount + 0.5f) / 0.5f));
        var total = masks.Words.Sum(word => word.Weight) + unseen;
        if (total <= 0)
        {
            return;
        }

        var weights = new MaskWeights([.. masks.Words.Select(word => Inside * word.Weight / total)]);
        ScoreOwn(candidates, masks, weights, usesNeighbours && candidates.Snapshot.SequenceBound > 0, scores);
        if (usesNeighbours && candidates.Snapshot.SequenceBound > 0)
        {
            var layout = candidates.Snapshot.Sequences();
            for (var sequence = 0; sequence < layout.Count; sequence++)
            {
                AddWindows(layout.MembersOf(sequence), candidates, masks, weights, scores);
            }
        }
    }

    // A memory without a sequence is its own window.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScoreOwn(Candidates candidates, QueryMasks masks, MaskWeights weights, bool hasWindows, Span<float> scores)
    {
        var snapshot = candidates.Snapshot;
        for (var i = 0; i < snapshot.SegmentCount; i++)
        {
            var (segment, offset, length) = (snapshot.SegmentAt(i), candidates.OffsetOf(i), snapshot.LengthOf(i));
            var part = masks.All.Slice(offset, length);
            var adjacency = new WordPairs(masks, i);
            var lengths = segment.Lengths[..length];
            for (var slot = 0; slot < length; slot++)
            {
                var mask = part[slot];
                if (mask == 0 || !candidates[offset + slot])
                {
                    continue;
                }

                var (share, words) = (weights.Of(mask), lengths[slot]);
                var pairs = adjacency.MayHave(mask) ? Inside * Adjacent * adjacency.ShareIn(segment.OrderOf(slot), mask) : 0;
                var isWindow = !hasWindows || segment[slot].Sequence == Slot.NoSequence;
                scores[offset + slot] = (Damped(ShortMemory, words) * ((Own * share) + pairs)) + (isWindow ? Damped(ShortWindow, words) * Around * share : 0);
            }
        }
    }

    // By the square, because the plain ratio left long chats worse than without coverage.
    private static float Damped(float shortest, int words) => words <= shortest ? 1 : shortest / words * (shortest / words);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddWindows(ReadOnlySpan<int> members, Candidates candidates, QueryMasks masks, MaskWeights weights, Span<float> scores)
    {
        // The words of the memory, and of the two before it and behind it, move along with it.
        var all = masks.All;
        var (farBefore, before, own) = (0UL, 0UL, members.IsEmpty ? 0 : all[members[0]]);
        var behind = members.Length > 1 ? all[members[1]] : 0;
        for (var at = 0; at < members.Length; at++)
        {
            var farBehind = at + Reach < members.Length ? all[members[at + Reach]] : 0;
            var window = farBefore | before | own | behind | farBehind;
            (farBefore, before, own, behind) = (before, own, behind, farBehind);
            if (window != 0 && candidates[members[at]])
            {
                scores[members[at]] += Damped(ShortWindow, LengthOf(members, at, candidates)) * Around * weights.Of(window);
            }
        }
    }

    // Neighbours lie in the same segment, as a rule, which saves looking up their places.
    private static int LengthOf(ReadOnlySpan<int> members, int at, Candidates candidates)
    {
        var (near, _) = candidates.PlaceOf(members[at]);
        var lengths = candidates.Snapshot.SegmentAt(near).Lengths[..candidates.Snapshot.LengthOf(near)];
        var (offset, length) = (candidates.OffsetOf(near), 0);
        for (var i = Math.Max(0, at - Reach); i <= Math.Min(members.Length - 1, at + Reach); i++)
        {
            var slot = members[i] - offset;
            length += (uint)slot < (uint)lengths.Length ? lengths[slot] : LengthOf(members[i], candidates);
        }

        return Math.Max(1, length);
    }

    private static int LengthOf(int position, Candidates candidates)
    {
        var (segment, slot) = candidates.PlaceOf(position);
        return candidates.Snapshot.SegmentAt(segment).Lengths[slot];
    }
}
