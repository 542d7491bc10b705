using Soma.Grains.Searching;

namespace Soma.Grains.Engine;

/// <summary>How many memories are read at once: as many as a segment of an index holds, but fewer where they are large.</summary>
/// <param name="most">Never more than this.</param>
internal struct PageSize(int most)
{
    // A page has no more bytes than this, if its memories are as large as those of the page before.
    private const long Bytes = 16 << 20;
    private const int First = 1_000;

    /// <summary>How many memories the next page may have.</summary>
    public int Rows { get; private set; } = Math.Min(most, First);

    /// <summary>Takes the size of the memories that were read for that of the next.</summary>
    public void Learn(IReadOnlyList<MemoryRow> rows)
    {
        var bytes = rows.Sum(row => (long)row.Payload.Length + (row.Text?.Length ?? 0) + (row.BroughtVector?.Length ?? 0));
        Rows = (int)Math.Clamp(Bytes * rows.Count / Math.Max(1, bytes), 1, Math.Min(most, LoadedSegment.LargestCapacity));
    }
}
