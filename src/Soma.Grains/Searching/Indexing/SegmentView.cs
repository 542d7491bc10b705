namespace Soma.Grains.Searching.Indexing;

/// <summary>A segment with the versions of its vectors that a snapshot reads.</summary>
internal readonly record struct SegmentView(Segment Segment, VectorBlock Texts, VectorBlock Models);
