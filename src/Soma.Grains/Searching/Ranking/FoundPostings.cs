using Soma.Grains.Searching.Indexing;

namespace Soma.Grains.Searching.Ranking;

/// <summary>The postings of one term, or of several terms that mean the same, in one segment.</summary>
internal readonly struct FoundPostings
{
    // All zeros between two merges: each takes out what it has put in.
    [ThreadStatic]
    private static uint[]? _bySlot;

    private readonly TermPostings? _one;
    private readonly uint[]? _merged;

    private FoundPostings(TermPostings? one, uint[]? merged) => (_one, _merged) = (one, merged);

    /// <summary>The only term's postings; null: there is none, or several are merged.</summary>
    public TermPostings? One => _one;

    /// <summary>Whether no memory of the segment has any of the terms.</summary>
    public bool IsEmpty => _one is null && _merged is null;

    public static FoundPostings Of(TermPostings? one) => new(one, null);

    /// <summary>A slot that several terms have keeps one of its postings.</summary>
    public static FoundPostings Of(IReadOnlyList<TermPostings> found)
    {
        if (found.Count <= 1)
        {
            return Of(found.Count == 0 ? null : found[0]);
        }

        if (found.Count == 2)
        {
            return new FoundPostings(null, Merge(found[0].Read(), found[1].Read()));
        }

        // A list by slot merges in one pass over all postings; sorting them took most of a search in a namespace of many languages.
        var bySlot = _bySlot ??= new uint[Segment.LargestCapacity];
        var (count, first, last) = (0, bySlot.Length, -1);
        foreach (var postings in found)
        {
            foreach (var posting in postings.Read())
            {
                var slot = TermPostings.SlotOf(posting);
                count += bySlot[slot] == 0 ? 1 : 0;
                bySlot[slot] = bySlot[slot] == 0 ? posting : bySlot[slot];
                (first, last) = (Math.Min(first, slot), Math.Max(last, slot));
            }
        }

        var (merged, at) = (new uint[count], 0);
        for (var slot = first; slot <= last; slot++)
        {
            if (bySlot[slot] != 0)
            {
                merged[at++] = bySlot[slot];
                bySlot[slot] = 0;
            }
        }

        return new FoundPostings(null, merged);
    }

    // The terms of two languages are the usual case, and both lists are in the order of their slots.
    private static uint[] Merge(ReadOnlySpan<uint> first, ReadOnlySpan<uint> second)
    {
        var (merged, count) = (new uint[first.Length + second.Length], 0);
        while (!first.IsEmpty && !second.IsEmpty)
        {
            var (one, other) = (TermPostings.SlotOf(first[0]), TermPostings.SlotOf(second[0]));
            merged[count++] = one <= other ? first[0] : second[0];
            first = first[(one <= other ? 1 : 0)..];
            second = second[(other <= one ? 1 : 0)..];
        }

        first.CopyTo(merged.AsSpan(count));
        second.CopyTo(merged.AsSpan(count));
        count += first.Length + second.Length;
        return count == merged.Length ? merged : merged[..count];
    }

    /// <summary>The postings up to a length of the segment, in rising order of their slots.</summary>
    public ReadOnlySpan<uint> Read(int length)
    {
        if (_merged is null)
        {
            return _one is null ? default : _one.Read(length);
        }

        ReadOnlySpan<uint> postings = _merged;
        while (!postings.IsEmpty && TermPostings.SlotOf(postings[^1]) >= length)
        {
            postings = postings[..^1];
        }

        return postings;
    }
}
