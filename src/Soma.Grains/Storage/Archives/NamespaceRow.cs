namespace Soma.Grains.Storage.Archives;

/// <summary>The content of a namespace's own row, without its ownership.</summary>
public sealed record NamespaceRow
{
    /// <summary>The largest epoch under which anything of it was written.</summary>
    public long Epoch { get; init; }

    public long CommitNo { get; init; }

    /// <summary>The newest seq; 0: nothing was ever written.</summary>
    public long HeadSeq { get; init; }

    /// <summary>The newest commit's time, microseconds.</summary>
    public long LastAt { get; init; }

    public MemoryCounts Counts { get; init; }

    /// <summary>The seq before which payloads may be gone.</summary>
    public long Horizon { get; init; }

    public int? BroughtDimension { get; init; }

    public string? ActiveSpace { get; init; }

    public double? LargestImportance { get; init; }

    /// <summary>The time of the row at <see cref="HeadSeq"/>, microseconds: with it, what tells this state from any other. Only read.</summary>
    public long HeadAt { get; init; }
}

/// <summary>A namespace that a store knows: it was written to, or somebody set it up.</summary>
/// <param name="Key">The tenant and the name.</param>
/// <param name="Row">Its row; of one that was only set up, zeros.</param>
public sealed record ArchivedNamespace(NamespaceKey Key, NamespaceRow Row);
