using Soma.Grains.Interfaces;

namespace Soma.Grains.Storage;

/// <summary>Everything one commit does, as its net effect: each memory and each link appears at most once.</summary>
public sealed record CommitBatch
{
    public required long NamespaceId { get; init; }

    /// <summary>Fence: the epoch the sender holds.</summary>
    public required long Epoch { get; init; }

    /// <summary>Fence: the commit number the row must have; it becomes one more.</summary>
    public required long ExpectedCommitNo { get; init; }

    /// <summary>The head before this batch: row k of <see cref="Log"/> has seq <c>HeadSeq + 1 + k</c>.</summary>
    public required long HeadSeq { get; init; }

    /// <summary>The commit's time; never before the previous commit's.</summary>
    public required Instant At { get; init; }

    /// <summary>May be empty: a commit of receipts, purges or access counts alone.</summary>
    public IReadOnlyList<LogRow> Log { get; init; } = [];

    /// <summary>What each touched coordinate holds afterwards (its payload, text and vector lie in the log row of its seq).</summary>
    public IReadOnlyList<MemoryRow> Memories { get; init; } = [];

    /// <summary>Deletes in this batch: links of the coordinate with a smaller seq go.</summary>
    public IReadOnlyList<(Coordinate Coordinate, long Seq)> LinkRemovals { get; init; } = [];

    /// <summary>Links that this batch removed by name.</summary>
    public IReadOnlyList<LinkKey> DeletedLinks { get; init; } = [];

    /// <summary>Links as this batch leaves them, applied after the removals.</summary>
    public IReadOnlyList<LinkRow> PutLinks { get; init; } = [];

    /// <summary>A live receipt under the same key with another content is a clash, unless its status is 0 (progress).</summary>
    /// <remarks>For each of them up to two of the namespace's receipts whose time is over are let go, so that they never pile up.</remarks>
    public IReadOnlyList<Receipt> Receipts { get; init; } = [];

    /// <summary>Coordinates whose payloads, texts and vectors go from every version up to this batch's head.</summary>
    public IReadOnlyList<Coordinate> Purges { get; init; } = [];

    /// <summary>GETs counted since the last commit, added to what the rows hold; a coordinate that is gone is ignored.</summary>
    public IReadOnlyList<(Coordinate Coordinate, long Count)> AccessCounts { get; init; } = [];

    /// <summary>The dimension that the first brought vector of the namespace fixes; null: unchanged.</summary>
    public int? BroughtDimension { get; init; }

    /// <summary>The largest importance this batch stores; the row keeps the maximum. Null: none stored.</summary>
    public double? LargestImportance { get; init; }
}

/// <summary>How a commit went. A store returns the first three and throws for the others.</summary>
public enum CommitStatus
{
    Committed,

    /// <summary>The row no longer has the sender's epoch or commit number: another owner took over. Nothing was applied.</summary>
    Fenced,

    /// <summary>A live receipt lies under one of the keys. Nothing was applied.</summary>
    ReceiptClash,

    /// <summary>The store refuses the content of a row (<see cref="RowRejectedException"/>). Nothing was applied.</summary>
    Refused,

    /// <summary>The store could not be reached (<see cref="StoreUnavailableException"/>). Nothing was applied.</summary>
    Failed,

    /// <summary>No answer came (<see cref="CommitUnknownException"/>): the log decides whether it was applied.</summary>
    Unknown,
}

/// <summary>How a commit went, with what goes with its status.</summary>
public sealed record CommitResult(CommitStatus Status)
{
    /// <summary>Of a clash: the keys that have a receipt.</summary>
    public IReadOnlyList<string> ClashingKeys { get; private init; } = [];

    /// <summary>Of a commit that happened: how many memories the row counts now. A sweep may have made them fewer than the owner knows.</summary>
    public long MemoryCount { get; private init; }

    /// <summary>Of a commit that happened: whether its sender still owns the namespace.</summary>
    public bool IsStillOwner { get; private init; } = true;

    /// <summary>Why the store refused, failed, or did not answer.</summary>
    public Exception? Failure { get; private init; }

    public static CommitResult Fenced { get; } = new(CommitStatus.Fenced);

    public static CommitResult Committed(long memoryCount, bool isStillOwner = true) =>
        new(CommitStatus.Committed) { MemoryCount = memoryCount, IsStillOwner = isStillOwner };

    public static CommitResult Clash(IReadOnlyList<string> keys) => new(CommitStatus.ReceiptClash) { ClashingKeys = keys };

    internal static CommitResult Of(CommitStatus status, Exception failure) => new(status) { Failure = failure };

    /// <summary>What an exception of <see cref="ICanonicalStore.CommitAsync"/> says about the batch.</summary>
    internal static CommitResult OfFailure(Exception failure) => failure switch
    {
        StoreUnavailableException => Of(CommitStatus.Failed, failure),
        RowRejectedException => Of(CommitStatus.Refused, failure),
        // An exception that the store's contract does not name is a defect, and the batch may have been applied before it.
        _ => Of(CommitStatus.Unknown, failure),
    };
}

/// <summary>The store did not say whether the commit happened.</summary>
public sealed class CommitUnknownException(string message, Exception inner) : Exception(message, inner);

/// <summary>The store refuses the content of a row (a size, a value); nothing of the batch was applied.</summary>
public sealed class RowRejectedException(string message, Exception inner) : Exception(message, inner);
