namespace Soma.Grains.Interfaces;

/// <summary>A moment as a client names it: right after a seq, or at a time. The state of a time is that of all writes up to it.</summary>
[GenerateSerializer, Immutable, Alias("soma.moment")]
public readonly record struct Moment
{
    /// <summary>0 is the moment before the first write. Null: <see cref="At"/> names the moment.</summary>
    [Id(0)] public long? Seq { get; init; }

    [Id(1)] public Instant? At { get; init; }
}

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
}
