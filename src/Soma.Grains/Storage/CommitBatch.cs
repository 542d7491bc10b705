namespace Soma.Grains.Storage;

/// <summary>
/// All changes of one commit. Except in <see cref="Log"/>, only the net effect is listed: a memory that is stored twice in the batch
/// has two rows in the log and one row in <see cref="Memories"/>.
/// </summary>
public sealed record CommitBatch
{
    public required long NamespaceId { get; init; }

    /// <summary>Part of the fence: the epoch of the sender, which the namespace's row must have.</summary>
    public required long Epoch { get; init; }

    /// <summary>Part of the fence: the commit number that the namespace's row must have. The commit raises it by one.</summary>
    public required long ExpectedCommitNo { get; init; }

    /// <summary>The head before this batch: row k of <see cref="Log"/> has seq <c>HeadSeq + 1 + k</c>.</summary>
    public required long HeadSeq { get; init; }

    /// <summary>The time of the commit, never earlier than that of the previous commit.</summary>
    public required Instant At { get; init; }

    /// <summary>The changes in their order; empty for a commit that writes only receipts, purges or access counts.</summary>
    public IReadOnlyList<LogRow> Log { get; init; } = [];

    /// <summary>What each changed coordinate holds afterwards. Its payload, text and vector are stored in the log row with the same seq.</summary>
    public IReadOnlyList<MemoryRow> Memories { get; init; } = [];

    /// <summary>For each deleted memory, its coordinate and the seq of the delete: links of the coordinate with a smaller seq are removed.</summary>
    public IReadOnlyList<(Coordinate Coordinate, long Seq)> LinkRemovals { get; init; } = [];

    /// <summary>Links that this batch removed by name.</summary>
    public IReadOnlyList<LinkKey> DeletedLinks { get; init; } = [];

    /// <summary>Links that exist after this batch; written after the removals.</summary>
    public IReadOnlyList<LinkRow> PutLinks { get; init; } = [];

    /// <summary>
    /// The receipts to write. If an unexpired receipt with other content is stored under the same key, the commit clashes, unless the
    /// stored one has status 0 (the progress of a delete by filter). It clashes too if an unexpired receipt is stored under the key of
    /// an operation of <see cref="Log"/>: the operation's retry, which leaves a receipt, was applied before it.
    /// </summary>
    /// <remarks>For each written receipt, up to two expired ones of the namespace are deleted, so that the table cannot grow without bound.</remarks>
    public IReadOnlyList<Receipt> Receipts { get; init; } = [];

    /// <summary>Coordinates to purge: payload, text and vector are deleted from all their versions up to the head of this batch.</summary>
    public IReadOnlyList<Coordinate> Purges { get; init; } = [];

    /// <summary>GETs counted since the last commit, added to the counts of the rows; a coordinate without a row is ignored.</summary>
    public IReadOnlyList<(Coordinate Coordinate, long Count)> AccessCounts { get; init; } = [];

    /// <summary>
    /// The times of the last GETs, of memories whose importance fades; empty in other namespaces. A time that is older than the stored one, or
    /// of a coordinate without a living memory, is ignored.
    /// </summary>
    public IReadOnlyList<(Coordinate Coordinate, Instant At)> AccessTimes { get; init; } = [];

    /// <summary>The dimension of brought vectors, if this batch has the first one of the namespace; otherwise null.</summary>
    public int? BroughtDimension { get; init; }

    /// <summary>The largest importance in this batch; the namespace's row keeps the maximum. Null if no memory is stored.</summary>
    public double? LargestImportance { get; init; }

    /// <summary>
    /// Whether the batch does nothing but store memories, each once, and count GETs: then <see cref="Memories"/> says nothing that
    /// <see cref="Log"/> does not say.
    /// </summary>
    public bool OnlyStores =>
        Log.Count > 0
        && Log.Count == Memories.Count
        && (LinkRemovals.Count, DeletedLinks.Count, PutLinks.Count, Receipts.Count, Purges.Count, AccessTimes.Count) == (0, 0, 0, 0, 0, 0)
        && Log.Zip(Memories).All(pair => pair.First.Op == LogOp.Put && pair.First.Memory == pair.Second);
}

/// <summary>The outcome of a commit. A store returns the first three values and throws for the others.</summary>
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

/// <summary>The outcome of a commit, with the details of its status.</summary>
public sealed record CommitResult(CommitStatus Status)
{
    /// <summary>After a clash: the keys that already have a receipt.</summary>
    public IReadOnlyList<string> ClashingKeys { get; private init; } = [];

    /// <summary>After a commit: how many memories the namespace's row counts now. A sweep may have reduced them without the owner's knowledge.</summary>
    public long MemoryCount { get; private init; }

    /// <summary>After a commit: whether the sender still owns the namespace.</summary>
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
