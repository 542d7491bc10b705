namespace Soma.Grains.Searching.Indexing;

/// <summary>What one slot holds in one space.</summary>
[Flags]
internal enum VectorMarks : byte
{
    None = 0,

    /// <summary>There is a vector.</summary>
    Present = 1,

    /// <summary>No better one is to come: it is the sentence model's, or stands in its place, or the model refused the text.</summary>
    Final = 2,

    /// <summary>The vector is the sentence model's.</summary>
    Refined = 4,
}
