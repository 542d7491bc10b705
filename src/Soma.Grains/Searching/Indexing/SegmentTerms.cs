using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching.Indexing;

/// <summary>The terms of a segment in an open-addressing hash table. One writer fills it while readers look up terms without locks.</summary>
/// <remarks>
/// An entry is complete before it is put into the table, and a grown table is complete before it replaces the old one: a reader
/// finds a complete entry or none. It can only miss entries of memories that its snapshot does not have.
/// </remarks>
internal sealed class SegmentTerms
{
    private const int BytesPerTerm = 120;
    private const int BytesPerPosting = 6;

    private TermPostings?[] _table = new TermPostings?[16];
    private int _count;
    private long _postingCount;
    private uint _languages;
    private bool _hasFurther;

    /// <summary>An estimate; for the writer.</summary>
    public long Bytes => (BytesPerTerm * (long)_count) + (BytesPerPosting * _postingCount) + (IntPtr.Size * (long)_table.Length);

    /// <summary>The languages whose marked terms are here, as a set. Searches ask for the terms of these languages and of English.</summary>
    public uint Languages => Volatile.Read(ref _languages);

    /// <summary>Whether terms of the payloads' further fields are here.</summary>
    public bool HasFurther => Volatile.Read(ref _hasFurther);

    /// <summary>The hash of a term, the same in every segment.</summary>
    public static int HashOf(ReadOnlySpan<char> term) => string.GetHashCode(term, StringComparison.Ordinal);

    public TermPostings? Find(string term) => Find(term, HashOf(term));

    public TermPostings? Find(string term, int hash)
    {
        var table = Volatile.Read(ref _table);
        for (var i = hash & (table.Length - 1); ; i = (i + 1) & (table.Length - 1))
        {
            var found = Volatile.Read(ref table[i]);
            if (found is null || (found.Hash == hash && found.Term == term))
            {
                return found;
            }
        }
    }

    /// <summary>Adds a posting; the slots of one term must come in rising order.</summary>
    public void Add(string term, int slot, int occurrences)
    {
        _postingCount++;
        var known = Find(term, HashOf(term));
        var postings = known ?? new TermPostings(term);
        postings.Append(slot, occurrences);
        if (known is not null)
        {
            return;
        }

        var isFurther = term[0] == TermText.FurtherMark;
        Volatile.Write(ref _hasFurther, _hasFurther || isFurther);
        Volatile.Write(ref _languages, _languages | Language.SetOf(term.AsSpan(isFurther ? 1 : 0)));

        // Most terms that a query asks a segment for are not in it. In a table that is half empty such a look-up ends after two steps,
        // in one that is three quarters full after eight.
        if (++_count * 2 > _table.Length)
        {
            Grow();
        }

        Place(_table, postings);
    }

    /// <summary>Every term, in no order.</summary>
    public IEnumerable<TermPostings> All() => Volatile.Read(ref _table).OfType<TermPostings>();

    private void Grow()
    {
        var grown = new TermPostings?[_table.Length * 2];
        foreach (var postings in All())
        {
            Place(grown, postings);
        }

        Volatile.Write(ref _table, grown);
    }

    private static void Place(TermPostings?[] table, TermPostings postings)
    {
        var i = postings.Hash & (table.Length - 1);
        while (table[i] is not null)
        {
            i = (i + 1) & (table.Length - 1);
        }

        Volatile.Write(ref table[i], postings);
    }
}

/// <summary>
/// The slots of one segment that have one term, in rising order, each with the number of occurrences. One writer appends while
/// readers read.
/// </summary>
/// <remarks>
/// A reader takes the count before the array: the array it then finds holds at least that many, since a grown array is put in
/// place before the count rises. A reader skips postings of slots beyond the length that its snapshot has of the segment.
/// </remarks>
internal sealed class TermPostings(string term)
{
    private const int SlotShift = 16;
    private uint[] _postings = new uint[2];
    private int _count;

    public string Term { get; } = term;

    public int Hash { get; } = SegmentTerms.HashOf(term);

    public ReadOnlySpan<uint> Read()
    {
        var count = Volatile.Read(ref _count);
        return Volatile.Read(ref _postings).AsSpan(0, count);
    }

    /// <summary>The postings for a reader whose snapshot has the segment up to <paramref name="length"/>.</summary>
    public ReadOnlySpan<uint> Read(int length)
    {
        var postings = Read();
        while (!postings.IsEmpty && SlotOf(postings[^1]) >= length)
        {
            postings = postings[..^1];
        }

        return postings;
    }

    /// <summary>How often the slot has the term.</summary>
    public int OccurrencesIn(int slot)
    {
        // The first posting of the slot or of a later one.
        var postings = Read();
        var at = postings.BinarySearch((uint)slot << SlotShift);
        at = at < 0 ? ~at : at;
        return at < postings.Length && SlotOf(postings[at]) == slot ? OccurrencesOf(postings[at]) : 0;
    }

    public void Append(int slot, int occurrences)
    {
        var postings = _postings;
        if (_count == postings.Length)
        {
            Array.Resize(ref postings, postings.Length * 2);
            Volatile.Write(ref _postings, postings);
        }

        postings[_count] = ((uint)slot << SlotShift) | (uint)Math.Min(occurrences, ushort.MaxValue);
        Volatile.Write(ref _count, _count + 1);
    }

    public static int SlotOf(uint posting) => (int)(posting >> SlotShift);

    public static int OccurrencesOf(uint posting) => (int)(posting & ushort.MaxValue);
}
