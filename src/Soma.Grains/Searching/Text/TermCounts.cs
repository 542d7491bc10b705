namespace Soma.Grains.Searching.Text;

/// <summary>The distinct terms of a text, each with its number of occurrences.</summary>
/// <param name="Terms">In order of first occurrence. Of a query: as an English memory has them.</param>
/// <param name="Length">The document length of BM25: places of the text, counting repetitions, but not stop words.</param>
public sealed record TermCounts(IReadOnlyList<(string Term, int Count)> Terms, int Length)
{
    /// <summary>The terms in the order of the text, repetitions included and stop words left out, each by the lower 16 bits of its hash in the index.</summary>
    public ushort[] Order { get; init; } = [];

    public static TermCounts Empty { get; } = new([], 0);

    /// <summary>Of a query: its words, which can be read in every language. Empty: this is no query.</summary>
    internal IReadOnlyList<QueryTerm> Words { get; private init; } = [];

    /// <summary>The terms of a text, in the language of the text.</summary>
    public static TermCounts Of(ReadOnlySpan<char> text) => Of(text, Empty);

    /// <summary>The terms of a text, without those that another text of the same memory has.</summary>
    internal static TermCounts Of(ReadOnlySpan<char> text, TermCounts without)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = places.GetAlternateLookup<ReadOnlySpan<char>>();
        var terms = new List<(string Term, int Count)>();
        var length = 0;
        var order = new List<ushort>();
        foreach (var (term, _) in without.Terms)
        {
            places[term] = -1;
        }

        var reader = new TermReader(text, stackalloc char[TermReader.BufferLength]);
        while (reader.MoveNext())
        {
            if ((reader.IsPlace || reader.IsPair) && !reader.IsStopWord)
            {
                length++;
                order.Add((ushort)string.GetHashCode(reader.Current, StringComparison.Ordinal));
            }

            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(lookup, reader.Current, out var known);
            if (!known)
            {
                place = terms.Count;
                terms.Add((reader.Current.ToString(), 1));
            }
            else if (place >= 0)
            {
                CollectionsMarshal.AsSpan(terms)[place].Count++;
            }
        }

        return terms.Count == 0 ? Empty : new TermCounts(terms.ToArray(), length) { Order = [.. order] };
    }

    /// <summary>The terms of a query. Stop words are left out, unless the query has nothing else or writes them as names.</summary>
    public static TermCounts OfQuery(ReadOnlySpan<char> query)
    {
        var words = QueryTerm.Read(query);
        var terms = new List<(string Term, int Count)>();
        foreach (var word in words)
        {
            if (word.In(Language.English) is { } term)
            {
                var known = terms.FindIndex(other => other.Term == term.Text);
                if (known < 0)
                {
                    terms.Add((term.Text, word.Count));
                }
                else
                {
                    terms[known] = (term.Text, terms[known].Count + word.Count);
                }
            }
        }

        return words.Count == 0 ? Empty : new TermCounts(terms, words.Sum(word => word.Count)) { Words = words };
    }
}
