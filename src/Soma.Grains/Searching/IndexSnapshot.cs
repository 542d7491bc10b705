using Soma.Grains.Searching.Indexing;

namespace Soma.Grains.Searching;

/// <summary>One published state of a <see cref="SearchIndex"/>: stays readable, and the same, for as long as it is held.</summary>
public sealed class IndexSnapshot
{
    private readonly SegmentView[] _views;
    private readonly int _lastLength;
    private SequenceLayout? _sequences;

    internal IndexSnapshot(SegmentView[] views, int segmentCount)
    {
        _views = views;
        SegmentCount = segmentCount;

        // Only the last segment can still grow; the others are full.
        _lastLength = segmentCount == 0 ? 0 : views[segmentCount - 1].Segment.Count;
    }

    public static IndexSnapshot Empty { get; } = new([], 0);

    /// <summary>Rises by one with each publication; what the deaths of slots are compared with.</summary>
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

    /// <summary>Living memories with text that no better vector is to come for, in the table's space.</summary>
    public int FinalTextCount { get; init; }

    /// <summary>The same in the sentence model's own space.</summary>
    public int FinalModelCount { get; init; }

    /// <summary>Whether searches go by the sentence model's own space, and by the table's only where that has nothing.</summary>
    public bool UsesModels { get; init; }

    /// <summary>Terms of all living memories.</summary>
    internal long TotalLength { get; init; }

    /// <summary>Every sequence's number is below this.</summary>
    internal int SequenceBound { get; init; }

    internal int SegmentCount { get; }

    internal Segment SegmentAt(int index) => _views[index].Segment;

    internal SegmentView ViewAt(int index) => _views[index];

    internal int LengthOf(int index) => index == SegmentCount - 1 ? _lastLength : _views[index].Segment.Count;

    /// <summary>
    /// The members of each sequence in order; made by the first search that needs it. Two at once make the same, and one of
    /// the two is kept.
    /// </summary>
    internal SequenceLayout Sequences()
    {
        if (Volatile.Read(ref _sequences) is { } made)
        {
            return made;
        }

        var layout = SequenceLayout.Of(this);
        Volatile.Write(ref _sequences, layout);
        return layout;
    }
}
