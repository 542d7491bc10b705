namespace Soma.Grains.Storage;

/// <summary>A namespace's row as its new owner finds it.</summary>
public sealed record TakenNamespace
{
    /// <summary>Never used again after the namespace is deleted.</summary>
    public required long Id { get; init; }

    /// <summary>The epoch just taken.</summary>
    public required long Epoch { get; init; }

    public required long CommitNo { get; init; }

    /// <summary>The newest seq; 0: nothing was ever committed, the namespace counts as unknown.</summary>
    public required long HeadSeq { get; init; }

    /// <summary>The newest commit's time, microseconds.</summary>
    public required long LastAt { get; init; }

    /// <summary>Living memories, expired ones included until swept.</summary>
    public required long MemoryCount { get; init; }

    /// <summary>The largest importance ever stored here; 0 before the first memory.</summary>
    public required double LargestImportance { get; init; }

    /// <summary>How many numbers a brought vector has here; null before the first.</summary>
    public required int? BroughtDimension { get; init; }

    /// <summary>The embedding space that searches go by; null before a sentence model has made anything here.</summary>
    public string? ActiveSpace { get; init; }

    /// <summary>Whether the predecessor let go; if not, its lease must run out first.</summary>
    public required bool PredecessorReleased { get; init; }

    public required TimeSpan PredecessorLease { get; init; }
}

/// <summary>What a check of the owner finds in a namespace's row.</summary>
/// <param name="Epoch">The owner's.</param>
/// <param name="CommitNo">After which commit the row was read.</param>
/// <param name="MemoryCount">Living memories then, expired ones included until swept.</param>
public readonly record struct NamespaceEpoch(long Epoch, long CommitNo, long MemoryCount);
