namespace Soma.Grains.Interfaces;

/// <summary>The kinds of changes in a namespace's log, as a set.</summary>
[Flags]
[GenerateSerializer, Alias("soma.change-ops")]
public enum ChangeOps
{
    None = 0,
    Put = 1,
    Delete = 2,
    Link = 4,
    Unlink = 8,
    All = Put | Delete | Link | Unlink,
}

/// <summary>Asks for the committed changes of a namespace after a seq, in their order.</summary>
[GenerateSerializer, Immutable, Alias("soma.read-changes")]
public sealed record ReadChanges
{
    /// <summary>The consumer's place: the seq of the newest change that it has seen; 0 to begin.</summary>
    [Id(0)] public long After { get; set; }

    [Id(1)] public required int Limit { get; set; }

    /// <summary>The log that the place is of, as <see cref="ChangesReply.LogId"/> named it; 0: the consumer does not say.</summary>
    [Id(2)] public long LogId { get; set; }

    [Id(3)] public ChangeOps Ops { get; set; } = ChangeOps.All;

    /// <summary>Only changes of this memory, and of links to or from it.</summary>
    [Id(4)] public Coordinate? Coordinate { get; set; }

    /// <summary>Only changes of memories whose key text begins like this, and of links to or from them.</summary>
    [Id(5)] public string? KeyPrefix { get; set; }

    [Id(6)] public bool IncludeVectors { get; set; }

    /// <summary>About how many bytes of content the page may hold; one larger change is still given. 0: as an answer may be long.</summary>
    [Id(7)] public int MaxBytes { get; set; }

    [Id(8)] public required TimeSpan Timeout { get; set; }
}

/// <summary>A page of changes.</summary>
[GenerateSerializer, Immutable, Alias("soma.changes-reply")]
public sealed record ChangesReply
{
    [Id(0)] public required ChangeRecord[] Changes { get; init; }

    /// <summary>The place after this page. With filters it advances over the changes that they leave out.</summary>
    [Id(1)] public required long NextAfter { get; init; }

    [Id(2)] public required long HeadSeq { get; init; }

    /// <summary>Names the log; 0: nothing was ever written. A namespace that is deleted or restored gets another log.</summary>
    [Id(3)] public required long LogId { get; init; }

    /// <summary>Whether the consumer's place is not one of this log, so that it must begin again.</summary>
    [Id(4)] public bool IsPlaceGone { get; init; }
}

/// <summary>One committed change: all that a consumer needs to rebuild memories and links.</summary>
[GenerateSerializer, Immutable, Alias("soma.change")]
public sealed record ChangeRecord
{
    [Id(0)] public required long Seq { get; init; }

    /// <summary>One of the flags.</summary>
    [Id(1)] public required ChangeOps Op { get; init; }

    /// <summary>The memory; of a link, where it starts.</summary>
    [Id(2)] public required Coordinate Coordinate { get; init; }

    [Id(3)] public required Instant At { get; init; }

    /// <summary>The version that was stored or deleted; 0 for links.</summary>
    [Id(4)] public long Version { get; init; }

    /// <summary>Of a put; other changes have no content.</summary>
    [Id(5)] public ContentState Content { get; init; }

    [Id(6)] public MemoryType Type { get; init; }

    [Id(7)] public double Importance { get; init; }

    [Id(8)] public Instant CreatedAt { get; init; }

    [Id(9)] public Instant? ExpiresAt { get; init; }

    /// <summary>The payload of a put with <see cref="ContentState.Kept"/>; else null.</summary>
    [Id(10)] public byte[]? Payload { get; init; }

    /// <summary>The text that the client gave to be indexed; null: it comes from the payload.</summary>
    [Id(11)] public string? Text { get; init; }

    [Id(12)] public bool HasBroughtVector { get; init; }

    /// <summary>Little-endian float32; null unless it was asked for.</summary>
    [Id(13)] public byte[]? BroughtVector { get; init; }

    [Id(14)] public Coordinate? LinkTo { get; init; }

    [Id(15)] public string? LinkType { get; init; }

    [Id(16)] public double Strength { get; init; }

    [Id(17)] public byte[]? Metadata { get; init; }

    /// <summary>Why a delete was made, if a client did not simply ask for it, such as <c>purged</c>.</summary>
    [Id(18)] public string? Reason { get; init; }

    /// <summary>Who made the change; null: the root token, or a build that did not say.</summary>
    [Id(19)] public string? By { get; init; }
}

/// <summary>Asks to be answered as soon as a namespace's log is beyond a place, or is another log.</summary>
[GenerateSerializer, Immutable, Alias("soma.wait-for-change")]
public sealed record WaitForChange
{
    [Id(0)] public required long After { get; init; }

    /// <summary>The log of the place; 0: none is known yet.</summary>
    [Id(1)] public required long LogId { get; init; }

    /// <summary>When to answer although nothing changed.</summary>
    [Id(2)] public required TimeSpan Timeout { get; init; }
}

/// <summary>Where a namespace's log stands.</summary>
[GenerateSerializer, Immutable, Alias("soma.change-mark")]
public readonly record struct ChangeMark([property: Id(0)] long LogId, [property: Id(1)] long HeadSeq);
