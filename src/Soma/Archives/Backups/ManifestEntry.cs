namespace Soma.Archives.Backups;

/// <summary>A namespace of a backup, and the file that holds it.</summary>
public sealed record ManifestEntry
{
    public required string Tenant { get; init; }

    public required string Name { get; init; }

    /// <summary>The file's path inside the backup, with <c>/</c>.</summary>
    public required string Part { get; init; }

    public required long Bytes { get; init; }

    /// <summary>Of the file as it lies there, in lower-case hex.</summary>
    public required string Sha256 { get; init; }

    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>The one seq that all of it is of.</summary>
    public required long HeadSeq { get; init; }

    /// <summary>The time of the write at that seq, microseconds.</summary>
    public required long HeadAt { get; init; }

    /// <summary>Living memories.</summary>
    public required long Memories { get; init; }

    /// <summary>Rows by table.</summary>
    public required IReadOnlyDictionary<string, long> Rows { get; init; }
}
