namespace Soma.Grains.Interfaces;

/// <summary>Asks for a page of the versions of one memory, newest first.</summary>
[GenerateSerializer, Immutable, Alias("soma.get-history")]
public sealed record GetHistory
{
    [Id(0)] public required Coordinate Coordinate { get; set; }

    /// <summary>1–1000.</summary>
    [Id(1)] public required int Limit { get; set; }

    /// <summary>The last page's <see cref="HistoryReply.NextCursor"/>.</summary>
    [Id(2)] public string? Cursor { get; set; }

    [Id(3)] public required TimeSpan Timeout { get; set; }
}

/// <summary>A page of the versions of a memory.</summary>
[GenerateSerializer, Immutable, Alias("soma.history-reply")]
public sealed record HistoryReply
{
    /// <summary>Empty on the first page: nothing was ever stored under the key.</summary>
    [Id(0)] public required HistoryEntry[] Versions { get; init; }

    /// <summary>Where the next page starts; null on the last.</summary>
    [Id(1)] public string? NextCursor { get; init; }

    [Id(2)] public required long HeadSeq { get; init; }

    /// <summary>Whether the given cursor was not made by this service, which is answered with 400.</summary>
    [Id(3)] public bool CursorInvalid { get; init; }
}

/// <summary>Whether the content of a version can still be read.</summary>
[GenerateSerializer, Alias("soma.content-state")]
public enum ContentState
{
    Kept = 0,

    /// <summary>The version was superseded longer ago than the namespace keeps history, so its content was dropped.</summary>
    Compacted = 1,

    /// <summary>A client had the content of all versions erased.</summary>
    Purged = 2,
}

/// <summary>One write of a memory: a version, or a delete.</summary>
[GenerateSerializer, Immutable, Alias("soma.history-entry")]
public sealed record HistoryEntry
{
    [Id(0)] public required long Seq { get; init; }

    /// <summary>The version that was stored, or that the delete ended.</summary>
    [Id(1)] public required long Version { get; init; }

    [Id(2)] public bool IsDelete { get; init; }

    /// <summary>The time of the write.</summary>
    [Id(3)] public required Instant At { get; init; }

    /// <summary>Why the memory was deleted; null: a client's plain delete, or no delete.</summary>
    [Id(4)] public string? Reason { get; init; }

    /// <summary>What is left of the version; of a delete it says nothing.</summary>
    [Id(5)] public ContentState Content { get; init; }

    /// <summary>The payload as the client sent it; null: it is gone, or this is a delete.</summary>
    [Id(6)] public byte[]? Payload { get; init; }

    /// <summary>What the client gave to be indexed in place of the payload's own text; null: nothing.</summary>
    [Id(7)] public string? Text { get; init; }

    [Id(8)] public MemoryType Type { get; init; }

    [Id(9)] public double Importance { get; init; }

    [Id(10)] public Instant CreatedAt { get; init; }

    [Id(11)] public Instant? ExpiresAt { get; init; }

    /// <summary>Whether the version had a brought vector that is kept.</summary>
    [Id(12)] public bool HasBroughtVector { get; init; }

    /// <summary>Who wrote; null: the root token, or a build that did not say.</summary>
    [Id(13)] public string? By { get; init; }
}

/// <summary>Asks to make the present of a namespace equal to a moment of its past. This takes a series of commits, not one.</summary>
[GenerateSerializer, Immutable, Alias("soma.rewind")]
public sealed record Rewind
{
    [Id(0)] public required Moment AsOf { get; set; }

    /// <summary>Whether the changes are only counted, and nothing is changed.</summary>
    [Id(1)] public bool DryRun { get; set; }

    [Id(2)] public IdempotencyKey? Key { get; set; }

    [Id(3)] public required TimeSpan Timeout { get; set; }

    /// <summary>Who rewinds, as the log names them; null: the root token, or an older gateway.</summary>
    [Id(4)] public string? By { get; set; }

    /// <summary>How much <see cref="By"/> may keep; null: as much as the namespace may.</summary>
    [Id(5)] public CallerLimits? Limits { get; set; }
}

/// <summary>What a <see cref="Rewind"/> changed, those changes included that earlier attempts under the same key made.</summary>
[GenerateSerializer, Immutable, Alias("soma.rewind-reply")]
public sealed record RewindReply
{
    /// <summary>How many memories were stored as they were at the moment.</summary>
    [Id(0)] public long Stored { get; init; }

    /// <summary>How many memories were deleted, because they did not exist at the moment.</summary>
    [Id(1)] public long Deleted { get; init; }

    /// <summary>How many links were made as they were at the moment.</summary>
    [Id(2)] public long Linked { get; init; }

    /// <summary>How many links were removed. Those that a deleted memory takes with it are not counted.</summary>
    [Id(3)] public long Unlinked { get; init; }

    /// <summary>False: the caller's deadline passed first. A retry with the same key continues the series.</summary>
    [Id(4)] public required bool Complete { get; init; }

    [Id(5)] public required long HeadSeq { get; init; }

    [Id(6)] public Rejection? Rejection { get; init; }

    /// <summary>The seq of the moment.</summary>
    [Id(7)] public long PastSeq { get; init; }
}

/// <summary>Asks for a page of the differences between two states: of one namespace, or of two.</summary>
[GenerateSerializer, Immutable, Alias("soma.diff-states")]
public sealed record DiffStates
{
    /// <summary>The earlier state; null: the present.</summary>
    [Id(0)] public Moment? From { get; set; }

    /// <summary>The later state; null: the present.</summary>
    [Id(1)] public Moment? To { get; set; }

    /// <summary>The namespace whose state is the later one; null: the same namespace.</summary>
    [Id(2)] public NamespaceKey? Other { get; set; }

    /// <summary>The last page's <see cref="DiffReply.NextCursor"/>.</summary>
    [Id(3)] public string? Cursor { get; set; }

    /// <summary>1–1000.</summary>
    [Id(4)] public required int Limit { get; set; }

    [Id(5)] public required TimeSpan Timeout { get; set; }

    /// <summary>
    /// Whether another namespace asks, to compare its own state with this one's: every memory of <see cref="To"/> is then listed, with a
    /// hash of its content.
    /// </summary>
    [Id(6)] public bool WithHashes { get; set; }

    /// <summary>Of a request with hashes: only memories behind this key.</summary>
    [Id(7)] public Coordinate? After { get; set; }
}

/// <summary>A page of differences, ordered by key.</summary>
[GenerateSerializer, Immutable, Alias("soma.diff-reply")]
public sealed record DiffReply
{
    [Id(0)] public required StateChange[] Changes { get; init; }

    /// <summary>Where the next page starts, which may be empty; null on the last.</summary>
    [Id(1)] public string? NextCursor { get; init; }

    [Id(2)] public required long HeadSeq { get; init; }

    /// <summary>Whether the given cursor was not made by this service, which is answered with 400.</summary>
    [Id(3)] public bool CursorInvalid { get; init; }

    /// <summary>Why a moment that was asked for cannot be read; null: both were.</summary>
    [Id(4)] public Rejection? Rejection { get; init; }

    /// <summary>The earlier moment, with seq and time.</summary>
    [Id(5)] public Moment From { get; init; }

    /// <summary>The later moment, with seq and time.</summary>
    [Id(6)] public Moment To { get; init; }

    /// <summary>Of a request with hashes: whether nothing follows this page.</summary>
    [Id(7)] public bool IsLast { get; init; }
}

/// <summary>A memory that two states do not share.</summary>
[GenerateSerializer, Immutable, Alias("soma.state-change")]
public sealed record StateChange
{
    [Id(0)] public required Coordinate Coordinate { get; init; }

    /// <summary>The version of the earlier state; null: the memory was added.</summary>
    [Id(1)] public StateVersion? From { get; init; }

    /// <summary>The version of the later state; null: the memory was removed.</summary>
    [Id(2)] public StateVersion? To { get; init; }

    /// <summary>A hash of the later content, for a namespace that compares; else null.</summary>
    [Id(3)] public byte[]? Hash { get; init; }
}

/// <summary>Which version of a memory a state holds.</summary>
[GenerateSerializer, Immutable, Alias("soma.state-version")]
public readonly record struct StateVersion([property: Id(0)] long Seq, [property: Id(1)] long Version);
