using Soma.Grains.Interfaces;

namespace Soma.Grains.Storage;

/// <summary>
/// The one durable truth: namespaces, the log of every version, what is current, links and receipts. One contract for
/// Postgres, SQLite and the fake of the engine's tests.
/// </summary>
/// <remarks>
/// <para><b>Durability.</b> When <see cref="CommitAsync"/> returns <see cref="CommitStatus.Committed"/> the batch survives
/// a crash of this process and of the store.</para>
/// <para><b>Fence.</b> A commit is refused whole unless the namespace's row still has the sender's epoch and the expected
/// commit number. Membership of a cluster plays no part in this.</para>
/// <para><b>Failures.</b> <see cref="StoreUnavailableException"/>: certainly not applied. <see cref="CommitUnknownException"/>:
/// the store did not say; only <see cref="CommitAsync"/> throws it. <see cref="RowRejectedException"/>: the store refuses
/// the content of a row, nothing was applied. Nothing else is thrown but cancellation, and a cancelled commit is unknown
/// unless it was never sent.</para>
/// </remarks>
public interface ICanonicalStore
{
    /// <summary>
    /// Whether a lock on the data keeps every other process out, so that no lease is needed and no predecessor can live.
    /// </summary>
    bool IsExclusive { get; }

    /// <summary>Makes the row of an unknown namespace (epoch 0, head 0, released); does nothing to a known one.</summary>
    Task CreateNamespaceAsync(NamespaceKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Takes ownership: epoch + 1, not released, the caller's lease written. Waits for a commit in flight and sees its
    /// result. Null: there is no such row.
    /// </summary>
    Task<TakenNamespace?> TakeEpochAsync(NamespaceKey key, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Marks the namespace released if the epoch is still the caller's; says whether it was.</summary>
    Task<bool> ReleaseAsync(long namespaceId, long epoch, CancellationToken cancellationToken);

    /// <summary>Who owns these namespaces now, in one query; one that is gone is missing from the answer.</summary>
    Task<IReadOnlyDictionary<long, NamespaceEpoch>> ReadEpochsAsync(IReadOnlyCollection<long> namespaceIds, CancellationToken cancellationToken);

    /// <summary>Applies the batch whole or not at all.</summary>
    Task<CommitResult> CommitAsync(CommitBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// First step after <see cref="CommitUnknownException"/>: epoch + 1 where it is still <paramref name="epoch"/>. Waits
    /// for a commit still under way and shuts out one that has yet to arrive. False: it was not.
    /// </summary>
    Task<bool> AdvanceEpochAsync(long namespaceId, long epoch, CancellationToken cancellationToken);

    /// <summary>
    /// Second step: whether the batch lies in the log (its first row carries the epoch it was sent under) or, for a batch
    /// without rows, among the receipts. Only the answer after <see cref="AdvanceEpochAsync"/> means anything.
    /// </summary>
    Task<bool> WasAppliedAsync(CommitBatch batch, CancellationToken cancellationToken);

    /// <summary>The current rows (tombstones too, unknown coordinates missing) and the receipts under these keys.</summary>
    Task<ReadAhead> ReadAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, IReadOnlyCollection<string> receiptKeys, CancellationToken cancellationToken);

    /// <summary>
    /// Versions by their seqs, as the log keeps them: what a search ranked is answered as it was ranked, even if it has been
    /// overwritten since. Versions that are not puts, or were purged, are missing. Access counts are the coordinate's now.
    /// </summary>
    Task<IReadOnlyList<MemoryRow>> ReadVersionsAsync(long namespaceId, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken);

    /// <summary>
    /// The newest version of each of these coordinates up to a seq, as far as a list orders by it: where a memory stood before it
    /// was written again. Coordinates without a version up to then are missing.
    /// </summary>
    Task<IReadOnlyList<ListPlace>> ReadPlacesAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, long throughSeq, CancellationToken cancellationToken);

    /// <summary>Living memories with seq below <paramref name="beforeSeq"/>, newest first: how an index is loaded.</summary>
    Task<IReadOnlyList<MemoryRow>> ReadNewestAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken);

    /// <summary>Every version in the log after <paramref name="afterSeq"/>, in order.</summary>
    Task<IReadOnlyList<LogRow>> ReadLogAsync(long namespaceId, long afterSeq, int limit, CancellationToken cancellationToken);

    /// <summary>Which of these links exist.</summary>
    Task<IReadOnlyList<LinkRow>> ReadLinksAsync(long namespaceId, IReadOnlyCollection<LinkKey> keys, CancellationToken cancellationToken);

    /// <summary>
    /// Links that leave (or enter) these coordinates, optionally of one type; per coordinate stronger first, then by the
    /// other end, at most <paramref name="limit"/> in all.
    /// </summary>
    Task<IReadOnlyList<LinkRow>> ReadLinksFromAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, bool incoming, string? linkType, int limit, CancellationToken cancellationToken);

    /// <summary>The kept counters; each namespace's too where asked for. A namespace with head 0 counts as unknown.</summary>
    Task<StatsReply> ReadStatsAsync(bool includeNamespaces, CancellationToken cancellationToken);

    /// <summary>Proves that the store answers and can be written, with a row of its own.</summary>
    Task CheckWritableAsync(CancellationToken cancellationToken);
}
