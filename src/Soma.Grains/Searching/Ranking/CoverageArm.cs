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
        // The words of the memory, and of the two before it and behind it, move along with it, and so do their lengths.
        var all = masks.All;
        var lengths = new Lengths(candidates);
        var (farBefore, before, own) = (default(Turn), default(Turn), TurnAt(members, 0, all, ref lengths));
        var behind = TurnAt(members, 1, all, ref lengths);
        for (var at = 0; at < members.Length; at++)
        {
            var farBehind = TurnAt(members, at + Reach, all, ref lengths);
            var window = farBefore.Words | before.Words | own.Words | behind.Words | farBehind.Words;
            var length = farBefore.Length + before.Length + own.Length + behind.Length + farBehind.Length;
            (farBefore, before, own, behind) = (before, own, behind, farBehind);
            if (window != 0 && candidates[members[at]])
            {
                scores[members[at]] += Damped(ShortWindow, Math.Max(1, length)) * Around * weights.Of(window);
            }
        }
    }

    private static Turn TurnAt(ReadOnlySpan<int> members, int at, ReadOnlySpan<ulong> words, ref Lengths lengths) =>
        at < members.Length ? new Turn(words[members[at]], lengths.Of(members[at])) : default;

    /// <param name="Words">Which words of the query the memory has.</param>
    /// <param name="Length">The length of its text.</param>
    private readonly record struct Turn(ulong Words, int Length);

    /// <summary>The lengths of texts by position. Neighbours lie in the same segment, as a rule, which saves looking up their places.</summary>
    private ref struct Lengths(Candidates candidates)
    {
        private ReadOnlySpan<int> _segment;
        private int _offset;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int Of(int position)
        {
            if ((uint)(position - _offset) >= (uint)_segment.Length)
            {
                GoTo(position);
            }

            return _segment[position - _offset];
        }

        private void GoTo(int position)
        {
            var (segment, _) = candidates.PlaceOf(position);
            _offset = candidates.OffsetOf(segment);
            _segment = candidates.Snapshot.SegmentAt(segment).Lengths[..candidates.Snapshot.LengthOf(segment)];
        }
    }
}
