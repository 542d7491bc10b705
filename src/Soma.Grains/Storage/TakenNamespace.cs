namespace Soma.Grains.Storage;

/// <summary>The row of a namespace as its new owner reads it.</summary>
public sealed record TakenNamespace
{
    /// <summary>The id of the namespace. It is not used again after the namespace is deleted.</summary>
    public required long Id { get; init; }

    /// <summary>The epoch just taken.</summary>
    public required long Epoch { get; init; }

    public required long CommitNo { get; init; }

    /// <summary>The newest seq. 0 means that nothing was ever committed and that the namespace counts as unknown.</summary>
    public required long HeadSeq { get; init; }

    /// <summary>The newest commit's time, microseconds.</summary>
    public required long LastAt { get; init; }

    /// <summary>The number of memories, including expired ones that no sweep has reclaimed yet.</summary>
    public required long MemoryCount { get; init; }

    /// <summary>The largest importance ever stored here; 0 before the first memory.</summary>
    public required double LargestImportance { get; init; }

    /// <summary>How many numbers a brought vector has here; null before the first.</summary>
    public required int? BroughtDimension { get; init; }

    /// <summary>The embedding space that searches go by; null before a sentence model has made anything here.</summary>
    public string? ActiveSpace { get; init; }

    /// <summary>Whether the previous owner released the namespace; if not, its lease must run out first.</summary>
    public required bool PredecessorReleased { get; init; }

    public required TimeSpan PredecessorLease { get; init; }
}

/// <summary>What the check of a lease reads from a namespace's row.</summary>
/// <param name="Epoch">The epoch of the current owner.</param>
/// <param name="CommitNo">The number of the newest commit in the row.</param>
/// <param name="MemoryCount">The number of memories, including expired ones that no sweep has reclaimed yet.</param>
public readonly record struct NamespaceEpoch(long Epoch, long CommitNo, long MemoryCount);
