namespace Soma.Grains.Storage.Sweeping;

/// <summary>A version whose time is over: to be made a tombstone if its coordinate still holds this seq.</summary>
public readonly record struct ExpiredMemory(long NamespaceId, Coordinate Coordinate, long Seq);

/// <summary>How much one set of a sweep reclaimed.</summary>
public readonly record struct SweptSet(int Memories, int Receipts);

/// <summary>
/// Reclaims expired rows in the store, in sets, without the owner of the namespace: expired memories become tombstones, and expired
/// receipts are deleted.
/// </summary>
/// <remarks>
/// Every read already treats an expired memory as deleted, so a sweep changes no answer but the counters. It locks the
/// namespace's row first, as a commit does, and changes neither seq nor commit number, so the commits of an active owner are not
/// refused. A failure is a <see cref="StoreUnavailableException"/>. A set is applied as a whole or not at all, and may be sent again.
/// </remarks>
public interface ISweepStore
{
    /// <summary>Finds memories that had expired at <paramref name="before"/>, the longest expired first.</summary>
    Task<IReadOnlyList<ExpiredMemory>> FindExpiredAsync(Instant before, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Among the <paramref name="limit"/> namespaces after an id: those that hold receipts whose time was over at
    /// <paramref name="before"/>, and the id to go on from (0: that was the end).
    /// </summary>
    Task<(IReadOnlyList<long> Namespaces, long Next)> FindExpiredReceiptsAsync(
        Instant before, long afterNamespaceId, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Reclaims these memories of one namespace where they still hold that seq, and up to <paramref name="receiptLimit"/>
    /// expired receipts. Does nothing if another sweep works on the same namespace.
    /// </summary>
    Task<SweptSet> SweepAsync(
        long namespaceId, Instant before, IReadOnlyList<ExpiredMemory> memories, int receiptLimit, CancellationToken cancellationToken);
}
