using System.Numerics;
using System.Runtime.Intrinsics;

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
        var pairs = order.Length - 1;
        if (pairs >= Vector128<ushort>.Count)
        {
            // Eight places are compared with the first word, and the places behind them with the second; at the end some for a second time.
            ref var start = ref MemoryMarshal.GetReference(order);
            var (wanted, behind) = (Vector128.Create(first), Vector128.Create(second));
            for (var at = 0; at < pairs; at += Vector128<ushort>.Count)
            {
                var from = (nuint)Math.Min(at, pairs - Vector128<ushort>.Count);
                if ((Vector128.Equals(Vector128.LoadUnsafe(ref start, from), wanted) & Vector128.Equals(Vector128.LoadUnsafe(ref start, from + 1), behind)) != Vector128<ushort>.Zero)
                {
                    return true;
                }
            }

            return false;
        }

        for (var at = 0; at < pairs; at++)
        {
            if (order[at] == first && order[at + 1] == second)
            {
                return true;
            }
        }

        return false;
    }
}
