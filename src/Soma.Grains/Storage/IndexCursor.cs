namespace Soma.Grains.Storage;

/// <summary>How far a namespace is indexed in one space.</summary>
/// <param name="LogSeq">Every change up to this seq is in the index.</param>
/// <param name="RefinedSeq">Every memory up to this seq is in the index with its final vector, not with its first
/// vector.</param>
public readonly record struct IndexCursor(long LogSeq, long RefinedSeq)
{
    /// <summary>Nothing is indexed.</summary>
    public static IndexCursor Zero => default;

    /// <summary>The progress that both cursors have reached.</summary>
    public static IndexCursor Min(IndexCursor left, IndexCursor right) =>
        new(Math.Min(left.LogSeq, right.LogSeq), Math.Min(left.RefinedSeq, right.RefinedSeq));
}
