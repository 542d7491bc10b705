namespace Soma.Grains.Storage;

/// <summary>
/// The only durable store of namespaces: their logs, current memories, links and receipts. Postgres, SQLite and the in-memory store of
/// the engine's tests fulfil this one contract.
/// </summary>
/// <remarks>
/// <para><b>Durability.</b> When <see cref="CommitAsync"/> returns <see cref="CommitStatus.Committed"/> the batch survives
/// a crash of this process and of the store.</para>
/// <para><b>Fence.</b> A commit is refused whole unless the namespace's row still has the sender's epoch and the expected
/// commit number. The membership of the cluster is not consulted.</para>
/// <para><b>Failures.</b> <see cref="StoreUnavailableException"/>: nothing was applied. <see cref="CommitUnknownException"/>: the store
/// did not answer whether it applied the batch; only <see cref="CommitAsync"/> throws it. <see cref="RowRejectedException"/>: the store
/// refuses the content of a row, and nothing was applied. Besides these, a call is only cancelled. The outcome of a cancelled commit
/// is unknown, unless it was never sent.</para>
/// </remarks>
public interface ICanonicalStore
{
    /// <summary>
    /// Whether a lock keeps every other process away from the data. Then no lease is needed, because no previous owner can be alive.
    /// </summary>
    bool IsExclusive { get; }

    /// <summary>Creates the row of a namespace (epoch 0, head 0, released); does nothing if it exists.</summary>
    Task CreateNamespaceAsync(NamespaceKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Takes ownership: raises the epoch by one, marks the namespace as not released, and writes the caller's lease. Waits for a commit
    /// in flight and sees its result. Null if the namespace has no row.
    /// </summary>
    Task<TakenNamespace?> TakeEpochAsync(NamespaceKey key, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Marks the namespace as released if the epoch is still the caller's, and returns whether it was.</summary>
    Task<bool> ReleaseAsync(long namespaceId, long epoch, CancellationToken cancellationToken);

    /// <summary>Reads the current epochs of these namespaces in one query. A deleted namespace is missing from the result.</summary>
    Task<IReadOnlyDictionary<long, NamespaceEpoch>> ReadEpochsAsync(IReadOnlyCollection<long> namespaceIds, CancellationToken cancellationToken);

    /// <summary>Applies the batch whole or not at all.</summary>
    Task<CommitResult> CommitAsync(CommitBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// The first step after <see cref="CommitUnknownException"/>: raises the epoch by one if it is still <paramref name="epoch"/>. It waits
    /// for a commit that is still running, and a commit that arrives later is refused. False if the epoch was another one.
    /// </summary>
    Task<bool> AdvanceEpochAsync(long namespaceId, long epoch, CancellationToken cancellationToken);

    /// <summary>
    /// The second step: whether the batch was applied. It was if its first row is in the log with the epoch under which it was sent, or, for
    /// a batch without rows, if its receipt is stored. The result is final only after <see cref="AdvanceEpochAsync"/>.
    /// </summary>
    Task<bool> WasAppliedAsync(CommitBatch batch, CancellationToken cancellationToken);

    /// <summary>Reads the current rows, including tombstones, and the receipts under these keys. Unknown coordinates and keys are missing.</summary>
    Task<ReadAhead> ReadAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, IReadOnlyCollection<string> receiptKeys, CancellationToken cancellationToken);

    /// <summary>
    /// Reads versions by their seqs from the log, so that a search answers with the versions that it ranked, even if they were
    /// overwritten meanwhile. Deletes, links and purged versions are missing. Access counts are the current ones of the coordinate.
    /// </summary>
    Task<IReadOnlyList<MemoryRow>> ReadVersionsAsync(long namespaceId, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the values by which a list is ordered, of the newest version of each coordinate up to a seq: where a memory stood before it
    /// was written again. Coordinates without such a version are missing.
    /// </summary>
    Task<IReadOnlyList<ListPlace>> ReadPlacesAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, long throughSeq, CancellationToken cancellationToken);

    /// <summary>Living memories with seq below <paramref name="beforeSeq"/>, newest first: how an index is loaded.</summary>
    Task<IReadOnlyList<MemoryRow>> ReadNewestAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken);

    /// <summary>Every version in the log after <paramref name="afterSeq"/>, in order.</summary>
    Task<IReadOnlyList<LogRow>> ReadLogAsync(long namespaceId, long afterSeq, int limit, CancellationToken cancellationToken);

    /// <summary>The operations of the log's rows below a seq, newest first; rows without one are included.</summary>
    Task<IReadOnlyList<LoggedOperation>> ReadOperationsAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken);

    /// <summary>Which of these links exist.</summary>
    Task<IReadOnlyList<LinkRow>> ReadLinksAsync(long namespaceId, IReadOnlyCollection<LinkKey> keys, CancellationToken cancellationToken);

    /// <summary>
    /// Links that leave (or enter) these coordinates, optionally of one type; per coordinate stronger first, then by the
    /// other end, at most <paramref name="limit"/> in all.
    /// </summary>
    Task<IReadOnlyList<LinkRow>> ReadLinksFromAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, bool incoming, string? linkType, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The strongest links of each of these coordinates, whichever way they point, without their metadata. Of a coordinate with very many
    /// links only the first <see cref="LinkRow.MostLookedAt"/> in each direction are looked at. A link between two of the coordinates may be
    /// returned twice.
    /// </summary>
    /// <param name="namespaceId">The id of the namespace.</param>
    /// <param name="coordinates">One end of the links.</param>
    /// <param name="linkTypes">The types that count; null: all.</param>
    /// <param name="limitEach">How many links of a coordinate are wanted in each direction.</param>
    /// <param name="cancellationToken">Ends the read early.</param>
    Task<IReadOnlyList<LinkRow>> ReadLinksAroundAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, IReadOnlyList<string>? linkTypes, int limitEach, CancellationToken cancellationToken);

    /// <summary>Reads the stored counters, on request also those of each namespace. A namespace with head 0 counts as unknown.</summary>
    Task<StatsReply> ReadStatsAsync(bool includeNamespaces, CancellationToken cancellationToken);

    /// <summary>Proves that the store can be written, by writing a row that serves only for this check.</summary>
    Task CheckWritableAsync(CancellationToken cancellationToken);
}
