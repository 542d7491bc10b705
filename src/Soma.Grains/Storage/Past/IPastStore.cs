namespace Soma.Grains.Storage.Past;

/// <summary>The time of the newest row of the log up to a seq that was asked for.</summary>
/// <param name="Asked">The seq that was asked for.</param>
/// <param name="Seq">That of the row.</param>
/// <param name="At">The time of the row's commit.</param>
public readonly record struct LoggedTime(long Asked, long Seq, Instant At);

/// <summary>Which version of a memory was alive at a moment.</summary>
public readonly record struct StatePlace(Coordinate Coordinate, long Seq, long Version);

/// <summary>Reads the log as the past of a namespace: the versions of one memory, and the state of all at a moment.</summary>
/// <remarks>
/// A row of the log never changes, but for its content, which a purge or a compaction removes. So two reads of one moment give the same
/// state, or one that lacks purged memories. A failure is a <see cref="StoreUnavailableException"/>.
/// </remarks>
public interface IPastStore
{
    /// <summary>The oldest seq whose state can still be read; 0 if nothing was ever compacted.</summary>
    Task<long> ReadOldestSeqAsync(long namespaceId, CancellationToken cancellationToken);

    /// <summary>For each seq the newest row up to it. A seq before the first row is missing from the result.</summary>
    Task<IReadOnlyList<LoggedTime>> ReadTimesAsync(long namespaceId, IReadOnlyCollection<long> seqs, CancellationToken cancellationToken);

    /// <summary>The stores and deletes of one memory before a seq, newest first.</summary>
    Task<IReadOnlyList<LogRow>> ReadHistoryAsync(
        long namespaceId, Coordinate coordinate, long beforeSeq, int limit, CancellationToken cancellationToken);

    /// <summary>The row that stored this version of a memory; null: there is none.</summary>
    Task<LogRow?> FindVersionAsync(long namespaceId, Coordinate coordinate, long version, CancellationToken cancellationToken);

    /// <summary>
    /// The memories that were alive after a seq and not expired at <paramref name="now"/>, in the order of their keys, after one of them.
    /// Memories whose version of that moment has no content any more are missing. Fewer than <paramref name="limit"/> are the last page.
    /// </summary>
    Task<IReadOnlyList<StatePlace>> ReadStateAsync(
        long namespaceId, long throughSeq, Instant now, Coordinate? after, int limit, CancellationToken cancellationToken);

    /// <summary>The rows that can change links (links, removals of links, deletes of memories) between two seqs, in order.</summary>
    Task<IReadOnlyList<LogRow>> ReadLinkChangesAsync(
        long namespaceId, long afterSeq, long throughSeq, int limit, CancellationToken cancellationToken);
}
