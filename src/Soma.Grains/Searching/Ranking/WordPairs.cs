using System.Numerics;

namespace Soma.Grains.Searching.Ranking;

/// <summary>The adjacent words of a query that a segment has, by which memories are told that have them side by side too.</summary>
/// <remarks>
/// The index keeps 16 bits of the hash of each term of a text, in the order of the text. Two terms may share them, so the share is
/// right nearly always, which is enough for a part of a score.
/// </remarks>
internal readonly struct WordPairs
{
    // By the place of the first word. Places without a pair have no bit.
    private readonly (ushort First, ushort Second)[] _pairs;
    private readonly ulong _bits;
    private readonly int _count;

    /// <param name="masks">The words of the query.</param>
    /// <param name="segment">The number of the segment.</param>
    public WordPairs(QueryMasks masks, int segment)
    {
        _count = masks.Asked.Count - 1;
        var (words, place) = (masks.Words, 0);
        _pairs = new (ushort, ushort)[words.Count];
        for (var i = 1; i < words.Count; i++)
        {
            while (masks.Asked[place] != words[i - 1].Word)
            {
                place++;
            }

            if (masks.Asked[place + 1] == words[i].Word && words[i - 1].HashIn(segment) is { } first && words[i].HashIn(segment) is { } second)
            {
                _pairs[i - 1] = ((ushort)first, (ushort)second);
                _bits |= 1UL << (i - 1);
            }
        }
    }

    /// <summary>Whether a text with these words may have a pair: it has both words of one.</summary>
    public bool MayHave(ulong mask) => (mask & (mask >> 1) & _bits) != 0;

    /// <summary>The share of the query's pairs that are adjacent in a text, 0–1.</summary>
    /// <param name="order">The terms of the text in order, each by a part of its hash.</param>
    /// <param name="mask">The words that the text has.</param>
    public float ShareIn(ReadOnlySpan<ushort> order, ulong mask)
    {
        var found = 0;
        for (var both = mask & (mask >> 1) & _bits; both != 0; both &= both - 1)
        {
            var (first, second) = _pairs[BitOperations.TrailingZeroCount(both)];
            found += IsIn(order, first, second) ? 1 : 0;
        }

        return found == 0 ? 0 : (float)found / _count;
    }

    private static bool IsIn(ReadOnlySpan<ushort> order, ushort first, ushort second)
    {
        for (var at = order.IndexOf(first); at >= 0;)
        {
            order = order[(at + 1)..];
            if (!order.IsEmpty && order[0] == second)
            {
                return true;
            }

            at = order.IndexOf(first);
        }

        return false;
    }
}
