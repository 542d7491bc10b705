namespace Soma.Grains.Searching.Indexing;

/// <summary>
/// Where one term stands in one segment: slots in rising order, each with how often. One writer appends while readers read.
/// </summary>
/// <remarks>
/// A reader takes the count before the array: the array it then finds holds at least that many, since a grown array is put
/// in place before the count rises. Postings past the length that a snapshot has of the segment are its reader's to skip.
/// </remarks>
internal sealed class TermPostings(string term)
{
    private const int SlotShift = 16;
    private uint[] _postings = new uint[2];
    private int _count;

    public string Term { get; } = term;

    public ReadOnlySpan<uint> Read()
    {
        var count = Volatile.Read(ref _count);
        return Volatile.Read(ref _postings).AsSpan(0, count);
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
