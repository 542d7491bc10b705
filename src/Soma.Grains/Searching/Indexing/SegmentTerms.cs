using Soma.Grains.Searching.Ranking;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching.Indexing;

/// <summary>The terms of a segment in an open-addressing hash table. One writer fills it while readers look up terms without locks.</summary>
/// <remarks>
/// An entry is complete before it is put into the table, and a grown table is complete before it replaces the old one: a reader
/// finds a complete entry or none. It can only miss entries of memories that its snapshot does not have. The hashes lie beside each
/// other, because most terms that a query asks a segment for are not in it: telling that takes one line of the processor's cache.
/// </remarks>
internal sealed class SegmentTerms
{
    private const int BytesPerTerm = 120;
    private const int BytesPerPosting = 6;

    private Table _table = new(16);
    private int _count;
    private long _postingCount;
    private uint _languages;
    private bool _hasFurther;
    private bool _hasSpeakers;

    /// <summary>An estimate; for the writer.</summary>
    public long Bytes => (BytesPerTerm * (long)_count) + (BytesPerPosting * _postingCount) + ((IntPtr.Size + sizeof(int)) * (long)_table.Size);

    /// <summary>The languages whose marked terms are here, as a set. Searches ask for the terms of these languages and of English.</summary>
    public uint Languages => Volatile.Read(ref _languages);

    /// <summary>Whether terms of the payloads' further fields are here.</summary>
    public bool HasFurther => Volatile.Read(ref _hasFurther);

    /// <summary>Whether words of speakers' names are here.</summary>
    public bool HasSpeakers => Volatile.Read(ref _hasSpeakers);

    public TermPostings? Find(string term) => Find(term, TermText.HashOf(term));

    public TermPostings? Find(string term, int hash) => Volatile.Read(ref _table).Find(term, hash);

    /// <summary>Adds a posting; the slots of one term must come in rising order.</summary>
    public void Add(string term, int slot, int occurrences)
    {
        _postingCount++;
        var known = Find(term, TermText.HashOf(term));
        var postings = known ?? new TermPostings(term);
        postings.Append(slot, occurrences);
        if (known is not null)
        {
            return;
        }

        var isFurther = term[0] == TermText.FurtherMark;
        Volatile.Write(ref _hasFurther, _hasFurther || isFurther);
        Volatile.Write(ref _hasSpeakers, _hasSpeakers || term[0] == SpeakerArm.Mark);
        Volatile.Write(ref _languages, _languages | Language.SetOf(term.AsSpan(isFurther ? 1 : 0)));

        // Most terms that a query asks a segment for are not in it. In a table that is half empty such a look-up ends after two steps,
        // in one that is three quarters full after eight.
        if (++_count * 2 > _table.Size)
        {
            Grow();
        }

        _table.Place(postings);
    }

    /// <summary>Every term, in no order.</summary>
    public IEnumerable<TermPostings> All() => Volatile.Read(ref _table).All();

    private void Grow()
    {
        var grown = new Table(_table.Size * 2);
        foreach (var postings in All())
        {
            grown.Place(postings);
        }

        Volatile.Write(ref _table, grown);
    }

    /// <param name="size">A power of two.</param>
    private sealed class Table(int size)
    {
        private const int Free = 0;

        private readonly int[] _hashes = new int[size];
        private readonly TermPostings?[] _postings = new TermPostings?[size];

        public int Size => _hashes.Length;

        public TermPostings? Find(string term, int hash)
        {
            hash = Taken(hash);
            var hashes = _hashes;
            for (var i = hash & (hashes.Length - 1); ; i = (i + 1) & (hashes.Length - 1))
            {
                var known = Volatile.Read(ref hashes[i]);
                if (known == Free)
                {
                    return null;
                }

                if (known == hash && _postings[i] is { } found && found.Term == term)
                {
                    return found;
                }
            }
        }

        public void Place(TermPostings postings)
        {
            var hash = Taken(postings.Hash);
            var i = hash & (_hashes.Length - 1);
            while (_hashes[i] != Free)
            {
                i = (i + 1) & (_hashes.Length - 1);
            }

            // Whoever sees the hash sees the postings.
            _postings[i] = postings;
            Volatile.Write(ref _hashes[i], hash);
        }

        public IEnumerable<TermPostings> All() => _postings.OfType<TermPostings>();

        private static int Taken(int hash) => hash == Free ? 1 : hash;
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

    public int Hash { get; } = TermText.HashOf(term);

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
