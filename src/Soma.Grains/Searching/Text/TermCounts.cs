using System.Numerics;

namespace Soma.Grains.Searching.Text;

/// <summary>The distinct terms of a text, each with its number of occurrences.</summary>
/// <param name="Terms">In order of first occurrence. Of a query: as an English memory has them.</param>
/// <param name="Length">The document length of BM25: places of the text, counting repetitions, but not stop words.</param>
public sealed record TermCounts(IReadOnlyList<(string Term, int Count)> Terms, int Length)
{
    private const int MostKept = 4096;
    private const int FewestSlots = 256;
    private const int MostFirstSlots = 4096;

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
        var reading = _reading is { Count: <= MostKept } kept ? kept : _reading = new Reading();
        reading.Clear(text.Length);
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

    /// <summary>The terms that a thread reads of one memory. The lists are used again, so that a text allocates only what is kept of it.</summary>
    /// <remarks>An open-addressing hash table beside them finds a term by the hash that its place in the text needs anyway.</remarks>
    private sealed class Reading
    {
        private readonly List<(string Term, int Count)> _terms = [];
        private readonly List<int> _hashes = [];
        private readonly List<ushort> _order = [];

        // The number of a term plus 1; 0: free. As many slots are used as the text needs, never more than half of them full.
        private int[] _slots = new int[MostFirstSlots];
        private int _mask = MostFirstSlots - 1;

        /// <summary>How many terms were read.</summary>
        public int Count => _terms.Count;

        /// <param name="length">The length of the text that is read next.</param>
        public void Clear(int length)
        {
            _terms.Clear();
            _hashes.Clear();
            Array.Clear(_slots, 0, _mask + 1);
            _mask = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(length, FewestSlots, MostFirstSlots)) - 1;
        }

        /// <summary>Reads a text, and returns those of its terms that no text before has.</summary>
        public TermCounts Read(ReadOnlySpan<char> text, Language? language)
        {
            var (first, length) = (Count, 0);
            _order.Clear();
            var reader = new TermReader(text, stackalloc char[TermReader.BufferLength], language);
            while (reader.MoveNext())
            {
                var hash = TermText.HashOf(reader.Current);
                if ((reader.IsPlace || reader.IsPair) && !reader.IsStopWord)
                {
                    length++;
                    _order.Add((ushort)hash);
                }

                if (!Find(reader.Current, hash, out var slot))
                {
                    Add(reader.Current.ToString(), hash, slot);
                }
                else if (_slots[slot] > first)
                {
                    CollectionsMarshal.AsSpan(_terms)[_slots[slot] - 1].Count++;
                }
            }

            return Count == first ? Empty : new TermCounts(CollectionsMarshal.AsSpan(_terms)[first..].ToArray(), length) { Order = [.. _order], Language = reader.Language };
        }

        /// <returns>Whether the term was read before: then its number is in the slot. Otherwise the slot is free for it.</returns>
        private bool Find(ReadOnlySpan<char> term, int hash, out int slot)
        {
            for (slot = hash & _mask; _slots[slot] > 0; slot = (slot + 1) & _mask)
            {
                if (_hashes[_slots[slot] - 1] == hash && term.SequenceEqual(_terms[_slots[slot] - 1].Term))
                {
                    return true;
                }
            }

            return false;
        }

        private void Add(string term, int hash, int slot)
        {
            _terms.Add((term, 1));
            _hashes.Add(hash);
            _slots[slot] = Count;
            if (2 * Count > _mask)
            {
                Grow();
            }
        }

        private void Grow()
        {
            Array.Clear(_slots, 0, _mask + 1);
            _mask = (2 * _mask) + 1;
            if (_mask >= _slots.Length)
            {
                _slots = new int[_mask + 1];
            }

            for (var number = 0; number < Count; number++)
            {
                var slot = _hashes[number] & _mask;
                while (_slots[slot] > 0)
                {
                    slot = (slot + 1) & _mask;
                }

                _slots[slot] = number + 1;
            }
        }
    }
}
