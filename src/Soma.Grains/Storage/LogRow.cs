namespace Soma.Grains.Storage;

/// <summary>What a row of the log did. The numbers are stored, so they must not change.</summary>
public enum LogOp
{
    Put = 0,
    Delete = 1,
    Link = 2,
    Unlink = 3,
}

/// <summary>One change in the one order of a namespace.</summary>
/// <param name="Op">What was done.</param>
/// <param name="Epoch">The epoch of the owner that did it; a commit writes its own epoch, whatever its rows say.</param>
/// <param name="Memory">
/// A put: the memory as it was stored. A delete: what it ended, without content. A link: nothing but the coordinate where the link
/// starts, the seq and the time.
/// </param>
/// <param name="Link">The link that was made or removed; null for a change of a memory.</param>
public sealed record LogRow(LogOp Op, long Epoch, MemoryRow Memory, LinkRow? Link = null)
{
    public long Seq => Memory.Seq;

    public Coordinate Coordinate => Memory.Coordinate;

    /// <summary>The version of the memory; 0 for links.</summary>
    public long Version => Memory.Version;

    /// <summary>The time of the commit.</summary>
    public Instant At => Memory.UpdatedAt;

    /// <summary>Who made the change; null: the root token, or a build that did not say.</summary>
    public string? By => Memory.By;

    /// <summary>The gateway's operation that wrote the row, in place of a receipt; null: it has a receipt, or no key. See <see cref="StoredOperation"/>.</summary>
    /// <remarks>Written with the row and read only by <see cref="ICanonicalStore.ReadOperationsAsync"/>.</remarks>
    public byte[]? Operation { get; init; }

    /// <summary>Whether the payload, text and vector of a put were deleted later; <see cref="Content"/> says by what.</summary>
    public bool IsEmptied { get; init; }

    /// <summary>
    /// Whether the content of a put is still there. A purge leaves no text, and compaction leaves an empty one in its place, so that the
    /// two are told apart in every row that any version wrote, in backups and in exports.
    /// </summary>
    public ContentState Content => !IsEmptied ? ContentState.Kept : Memory.Text is null ? ContentState.Purged : ContentState.Compacted;

    /// <summary>Why a memory was deleted; null: a client asked for it, or the row is no delete. One of <see cref="DeleteReasons"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>The payload of a put; null if it was purged or compacted, and for everything else.</summary>
    public byte[]? Payload => Op == LogOp.Put && !IsEmptied ? Memory.Payload : null;

    /// <summary>What the column of a link's metadata holds: of a delete it holds the reason, so that logs of older versions need no other form.</summary>
    internal byte[]? StoredMetadata => Link is null ? StoredText.ToBytesOrNull(Reason) : Link.Metadata;

    internal static string? ReasonOf(LogOp op, byte[]? storedMetadata) =>
        op == LogOp.Delete && storedMetadata is not null ? StoredText.FromBytes(storedMetadata) : null;

    public static LogRow OfLink(LogOp op, long epoch, LinkRow link, Instant at, string? by = null) =>
        new(op, epoch, MemoryRow.Tombstone(link.Key.From, link.Seq, version: 0) with { CreatedAt = at, UpdatedAt = at, By = by }, link);
}

/// <summary>Why a memory was deleted, where no client's plain delete was the reason. The words are stored and shown.</summary>
public static class DeleteReasons
{
    /// <summary>A client asked that the content of all versions be erased too.</summary>
    public const string Purged = "purged";

    /// <summary>The namespace's bound was reached, and its rule chose this memory.</summary>
    public const string Evicted = "evicted";

    /// <summary>The namespace was made equal to a moment of its past, at which the memory did not exist.</summary>
    public const string Rewound = "rewound";
}

/// <summary>Names a link.</summary>
public readonly record struct LinkKey(Coordinate From, Coordinate To, string Type);

/// <summary>A link that exists.</summary>
public sealed record LinkRow(LinkKey Key, double Strength, byte[]? Metadata, long Seq)
{
    /// <summary>How many links of a coordinate are looked at for the strongest of them, so that a hub costs no more.</summary>
    public const int MostLookedAt = 1_000;
}

/// <summary>The answer to a write, kept under its key so that a retry gets the same answer.</summary>
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
