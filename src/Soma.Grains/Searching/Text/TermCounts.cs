namespace Soma.Grains.Searching.Text;

/// <summary>The distinct terms of a text, each with its number of occurrences.</summary>
/// <param name="Terms">In order of first occurrence. Of a query: as an English memory has them.</param>
/// <param name="Length">The document length of BM25: places of the text, counting repetitions, but not stop words.</param>
public sealed record TermCounts(IReadOnlyList<(string Term, int Count)> Terms, int Length)
{
    private const int MostKept = 512;

    [ThreadStatic]
    private static Reading? _reading;

    /// <summary>The terms in the order of the text, repetitions included and stop words left out, each by the lower 16 bits of its hash in the index.</summary>
    public ushort[] Order { get; init; } = [];

    public static TermCounts Empty { get; } = new([], 0);

    /// <summary>The language of its Latin words; null: there are no words.</summary>
    internal Language? Language { get; private init; }

    /// <summary>Of a query: its words, which can be read in every language. Empty: this is no query.</summary>
    internal IReadOnlyList<QueryTerm> Words { get; private init; } = [];

    /// <summary>The terms of a text, in the language of the text.</summary>
    public static TermCounts Of(ReadOnlySpan<char> text) => Of(text, []).Text;

    /// <summary>The terms of a memory's text, and those that only its further text has, read in the language of the text.</summary>
    public static (TermCounts Text, TermCounts Further) Of(ReadOnlySpan<char> text, ReadOnlySpan<char> further)
    {
        // The lists are used for the next text, unless a long text has made them large.
        var reading = _reading is { Places.Count: <= MostKept } kept ? kept : _reading = new Reading();
        reading.Places.Clear();
        var read = reading.Read(text, null);
        return (read, further.Length == 0 ? Empty : reading.Read(further, read.Language));
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

    /// <summary>The lists that a thread fills while it reads one memory. They are used again, so that a text allocates only what is kept of it.</summary>
    private sealed class Reading
    {
        private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
        private readonly List<(string Term, int Count)> _terms = [];
        private readonly List<ushort> _order = [];

        public Reading() => _lookup = Places.GetAlternateLookup<ReadOnlySpan<char>>();

        /// <summary>The terms read so far, each with its number.</summary>
        public Dictionary<string, int> Places { get; } = new(StringComparer.Ordinal);

        /// <summary>Reads the terms of a text that no text before has.</summary>
        public TermCounts Read(ReadOnlySpan<char> text, Language? language)
        {
            var (first, length) = (Places.Count, 0);
            _terms.Clear();
            _order.Clear();
            var reader = new TermReader(text, stackalloc char[TermReader.BufferLength], language);
            while (reader.MoveNext())
            {
                if ((reader.IsPlace || reader.IsPair) && !reader.IsStopWord)
                {
                    length++;
                    _order.Add((ushort)string.GetHashCode(reader.Current, StringComparison.Ordinal));
                }

                if (!_lookup.TryGetValue(reader.Current, out var place))
                {
                    var term = reader.Current.ToString();
                    Places.Add(term, first + _terms.Count);
                    _terms.Add((term, 1));
                }
                else if (place >= first)
                {
                    CollectionsMarshal.AsSpan(_terms)[place - first].Count++;
                }
            }

            return _terms.Count == 0 ? Empty : new TermCounts(_terms.ToArray(), length) { Order = [.. _order], Language = reader.Language };
        }
    }
}
