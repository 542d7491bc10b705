using Soma.Grains.Searching.Indexing;

namespace Soma.Grains.Searching.Text;

/// <summary>The distinct terms of a text, each with its number of occurrences.</summary>
/// <param name="Terms">In order of first occurrence.</param>
/// <param name="Length">The number of terms, counting repetitions: the document length of BM25.</param>
public sealed record TermCounts(IReadOnlyList<(string Term, int Count)> Terms, int Length)
{
    /// <summary>The terms in the order of the text, repetitions included, each by the lower 16 bits of its hash in the index.</summary>
    public ushort[] Order { get; init; } = [];

    public static TermCounts Empty { get; } = new([], 0);

    public static TermCounts Of(ReadOnlySpan<char> text)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = places.GetAlternateLookup<ReadOnlySpan<char>>();
        var terms = new List<(string Term, int Count)>();
        var length = 0;
        var order = new List<ushort>();
        var reader = new TermReader(text, stackalloc char[TermReader.BufferLength]);
        while (reader.MoveNext())
        {
            length++;
            order.Add((ushort)SegmentTerms.HashOf(reader.Current));
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(lookup, reader.Current, out var known);
            if (known)
            {
                CollectionsMarshal.AsSpan(terms)[place].Count++;
            }
            else
            {
                place = terms.Count;
                terms.Add((reader.Current.ToString(), 1));
            }
        }

        return length == 0 ? Empty : new TermCounts(terms.ToArray(), length) { Order = [.. order] };
    }
}
