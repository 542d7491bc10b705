namespace Soma.Grains.Searching.Text;

/// <summary>The distinct terms of a text, each with its number of occurrences.</summary>
/// <param name="Terms">In order of first occurrence. Of a query: as an English memory has them.</param>
/// <param name="Length">The document length of BM25: places of the text, counting repetitions, but not stop words.</param>
public sealed record TermCounts(IReadOnlyList<(string Term, int Count)> Terms, int Length)
{
    private const int Excluded = -1;
    private const int CharactersPerTerm = 4;
    private const int MostKept = 512;

    [ThreadStatic]
    private static Dictionary<string, int>? _places;

    /// <summary>The terms in the order of the text, repetitions included and stop words left out, each by the lower 16 bits of its hash in the index.</summary>
    public ushort[] Order { get; init; } = [];

    public static TermCounts Empty { get; } = new([], 0);

    /// <summary>The language of its Latin words; null: there are no words.</summary>
    internal Language? Language { get; private init; }

    /// <summary>Of a query: its words, which can be read in every language. Empty: this is no query.</summary>
    internal IReadOnlyList<QueryTerm> Words { get; private init; } = [];

    /// <summary>The terms of a text, in the language of the text.</summary>
    public static TermCounts Of(ReadOnlySpan<char> text) => Of(text, Empty, null);

    /// <summary>The terms of a memory's further text, in the language of its text and without the terms of the text.</summary>
    public static TermCounts OfFurther(ReadOnlySpan<char> further, TermCounts text) => Of(further, text, text.Language);

    private static TermCounts Of(ReadOnlySpan<char> text, TermCounts without, Language? language)
    {
        var places = _places ??= new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = places.GetAlternateLookup<ReadOnlySpan<char>>();
        var terms = new List<(string Term, int Count)>(text.Length / CharactersPerTerm);
        var length = 0;
        var order = new List<ushort>(text.Length / CharactersPerTerm);
        foreach (var (term, _) in without.Terms)
        {
            places[term] = Excluded;
        }

        var reader = new TermReader(text, stackalloc char[TermReader.BufferLength], language);
        while (reader.MoveNext())
        {
            if ((reader.IsPlace || reader.IsPair) && !reader.IsStopWord)
            {
                length++;
                order.Add((ushort)string.GetHashCode(reader.Current, StringComparison.Ordinal));
            }

            if (!lookup.TryGetValue(reader.Current, out var place))
            {
                var term = reader.Current.ToString();
                places.Add(term, terms.Count);
                terms.Add((term, 1));
            }
            else if (place != Excluded)
            {
                CollectionsMarshal.AsSpan(terms)[place].Count++;
            }
        }

        Forget(places);
        return terms.Count == 0 ? Empty : new TermCounts(terms.ToArray(), length) { Order = [.. order], Language = reader.Language };
    }

    // The dictionary is used for the next text, unless a long text has made it large.
    private static void Forget(Dictionary<string, int> places)
    {
        if (places.Count > MostKept)
        {
            _places = null;
        }
        else
        {
            places.Clear();
        }
    }

    /// <summary>The terms of a query. Stop words are left out, unless the query has nothing else or writes them as names.</summary>
    public static TermCounts OfQuery(ReadOnlySpan<char> query)
    {
        var words = QueryTerm.Read(query, out var language);
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

        return words.Count == 0 ? Empty : new TermCounts(terms, words.Sum(word => word.Count)) { Words = words, Language = language };
    }
}
