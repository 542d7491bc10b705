using Soma.Grains.Interfaces;

namespace Soma.Grains.Storage;

/// <summary>What a row of the log did; the numbers are stored.</summary>
public enum LogOp
{
    Put = 0,
    Delete = 1,
    Link = 2,
    Unlink = 3,
}

/// <summary>One change in a namespace's one order.</summary>
public sealed record LogRow
{
    public required long Seq { get; init; }

    public required LogOp Op { get; init; }

    /// <summary>The memory's coordinate; of a link, where it starts.</summary>
    public required Coordinate Coordinate { get; init; }

    /// <summary>The memory's version; 0 for links.</summary>
    public long Version { get; init; }

    public required long Epoch { get; init; }

    public long CreatedSeq { get; init; }

    public MemoryType Type { get; init; }

    public byte[]? Payload { get; init; }

    public string? Text { get; init; }

    public bool HasText { get; init; }

    public byte[]? BroughtVector { get; init; }

    public double Importance { get; init; }

    public LinkKey? Link { get; init; }

    public double Strength { get; init; }

    public byte[]? Metadata { get; init; }

    public Instant CreatedAt { get; init; }

    /// <summary>The commit's time.</summary>
    public required Instant At { get; init; }

    public Instant? ExpiresAt { get; init; }
}

/// <summary>Names a link.</summary>
public readonly record struct LinkKey(Coordinate From, Coordinate To, string Type);

/// <summary>A link that exists.</summary>
public sealed record LinkRow(LinkKey Key, double Strength, byte[]? Metadata, long Seq);

/// <summary>A write's kept answer.</summary>
public sealed record Receipt
{
    /// <summary>The <see cref="Status"/> of a delete by filter that is still going on.</summary>
    public const int InProgress = 0;

    public required string Key { get; init; }

    public required byte[] RequestHash { get; init; }

    /// <summary>HTTP status; 0 while a delete by filter is still going on, whose progress <see cref="Body"/> then holds.</summary>
    public required int Status { get; init; }

    public required byte[] Body { get; init; }

    public required long Seq { get; init; }

    public long? ETag { get; init; }

    public required Instant ExpiresAt { get; init; }
}

/// <summary>What <see cref="ICanonicalStore.ReadAsync"/> found.</summary>
public sealed record ReadAhead(IReadOnlyDictionary<Coordinate, MemoryRow> Rows, IReadOnlyDictionary<string, Receipt> Receipts);
