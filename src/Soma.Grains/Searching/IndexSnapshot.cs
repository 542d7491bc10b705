using Soma.Grains.Searching.Indexing;
using Soma.Grains.Searching.Ranking;

namespace Soma.Grains.Searching;

/// <summary>One published state of a <see cref="SearchIndex"/>: it can be read, and does not change, as long as somebody holds it.</summary>
public sealed class IndexSnapshot
{
    private readonly SegmentView[] _views;
    private readonly int _lastLength;
    private volatile SequenceLayout? _sequences;
    private volatile Bm25Impacts? _impacts;

    internal IndexSnapshot(SegmentView[] views, int segmentCount)
    {
        _views = views;
        SegmentCount = segmentCount;
        Scans = new SharedScans(this);

        // Only the last segment can still grow; the others are full.
        _lastLength = segmentCount == 0 ? 0 : views[segmentCount - 1].Segment.Count;
    }

    public static IndexSnapshot Empty { get; } = new([], 0);

    /// <summary>The number of the publication. A slot is dead in this snapshot if it died at this number or an earlier one.</summary>
    public long Publication { get; init; }

    /// <summary>The newest write that this state reflects.</summary>
    public long Seq { get; init; }

    /// <summary>False: the namespace was still being loaded, so memories may be missing.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Living memories, expired ones included.</summary>
    public int Count { get; init; }

    /// <summary>How many numbers a brought vector has here; 0: there is none.</summary>
    public int BroughtDimension { get; init; }

    /// <summary>Living memories that have text: the N of BM25.</summary>
    public int TextCount { get; init; }

    /// <summary>Living memories with text whose vector in the table's space is final.</summary>
    public int FinalTextCount { get; init; }

    /// <summary>Living memories with text whose vector in the sentence model's own space is final.</summary>
    public int FinalModelCount { get; init; }

    /// <summary>Whether searches compare in the sentence model's own space, and in the table's only for memories without a vector there.</summary>
    public bool UsesModels { get; init; }

    /// <summary>Terms of all living memories.</summary>
    internal long TotalLength { get; init; }

    /// <summary>Every sequence's number is below this.</summary>
    internal int SequenceBound { get; init; }

    internal int SegmentCount { get; }

    /// <summary>Searches that may be compared with the vectors together.</summary>
    internal SharedScans Scans { get; }

    internal Segment SegmentAt(int index) => _views[index].Segment;

    internal SegmentView ViewAt(int index) => _views[index];

    internal int LengthOf(int index) => index == SegmentCount - 1 ? _lastLength : _views[index].Segment.Count;

    /// <summary>
    /// The members of each sequence in order. The first search that needs the layout makes it. Two searches at once may both make
    /// it; the results are equal, and one is kept.
    /// </summary>
    internal SequenceLayout Sequences() => _sequences ??= SequenceLayout.Of(this);

    /// <summary>What occurrences of terms add to scores by words here.</summary>
    internal Bm25Impacts Impacts() => _impacts ??= new Bm25Impacts(TextCount == 0 ? 1 : Math.Max(1, TotalLength / (double)TextCount));
}
