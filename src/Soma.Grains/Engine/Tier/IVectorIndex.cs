using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Engine.Tier;

/// <summary>
/// A search tier beside the canonical store that finds memories by vector and by word weights. Its contents are
/// derived: they can be deleted and rebuilt from the canonical store at any time, and no answer relies on them alone.
/// </summary>
/// <remarks>
/// <para><b>What a hit means.</b> A hit says: "a version with this seq was once stored at this coordinate". The hit
/// counts only if the canonical row at the coordinate still has that seq. A point may be older than the row (the change
/// is not indexed yet, or a lost request was applied late), or its memory may be deleted. The index may also lack
/// memories, so a search must get those with a seq beyond <see cref="VectorAnswer.Mark"/> from elsewhere.</para>
/// <para><b>Order.</b> Once a request got no clear answer, the tier may apply it before or after later requests about
/// the same point. Writes report such a request (<see cref="VectorWrite"/>), and the indexer checks those points again
/// later. Only one writer may work on a namespace and space at a time.</para>
/// <para><b>Failures.</b> <see cref="VectorTierUnavailableException"/>: the tier cannot be used now, try later; a write
/// may have been applied. <see cref="VectorTierRejectedException"/>: the tier refuses the content, and a retry will
/// fail again. <see cref="VectorSpaceMissingException"/>: a write went to a space that does not exist. A read of such a
/// space returns nothing instead.</para>
/// </remarks>
public interface IVectorIndex
{
    /// <summary>Creates the space if it does not exist.</summary>
    /// <exception cref="VectorTierRejectedException">The space exists with another dimension.</exception>
    Task EnsureAsync(EmbeddingSpace space, CancellationToken cancellationToken);

    /// <summary>
    /// Writes points, replacing those with the same namespace and coordinate. Either all points are applied, or the
    /// call throws.
    /// </summary>
    Task<VectorWrite> UpsertAsync(EmbeddingSpace space, IReadOnlyList<VectorPoint> points, CancellationToken cancellationToken);

    /// <summary>Removes the points of these coordinates. Coordinates without a point are ignored.</summary>
    Task<VectorWrite> DeleteAsync(
        EmbeddingSpace space, long namespaceId, IReadOnlyCollection<Coordinate> coordinates, CancellationToken cancellationToken);

    /// <summary>Removes all points of a namespace, and its mark.</summary>
    Task<VectorWrite> DeleteNamespaceAsync(EmbeddingSpace space, long namespaceId, CancellationToken cancellationToken);

    /// <summary>Removes all points and marks of a namespace that is deleted, in every space.</summary>
    Task DeleteNamespaceAsync(long namespaceId, CancellationToken cancellationToken);

    /// <summary>Removes the points of all namespaces and spaces that had expired at <paramref name="before"/>.</summary>
    /// <remarks>The tier tests each point when it applies the request. So a point that was written again stays, even if the request is late.</remarks>
    Task DeleteExpiredAsync(Instant before, CancellationToken cancellationToken);

    /// <summary>Finds the best points of one namespace for a vector, or for words.</summary>
    Task<VectorAnswer> QueryAsync(EmbeddingSpace space, VectorQuery query, CancellationToken cancellationToken);

    /// <summary>Reads a page of a namespace's points in the order of their ids.</summary>
    /// <param name="space">The space.</param>
    /// <param name="namespaceId">The namespace.</param>
    /// <param name="from"><see cref="StoredPoints.Next"/> of the page before; null: the first page.</param>
    /// <param name="limit">The largest number of points in the page, at least 1.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    Task<StoredPoints> ScrollAsync(EmbeddingSpace space, long namespaceId, Guid? from, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the points at these coordinates. Coordinates without a point are missing from the result.
    /// </summary>
    Task<IReadOnlyList<StoredPoint>> ReadAsync(
        EmbeddingSpace space, long namespaceId, IReadOnlyCollection<Coordinate> coordinates, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the mark of a namespace: how far its index reaches, as the indexer last wrote it beside the points; null:
    /// there is no mark. An index that lost its data, or was restored from an older copy, has a missing or older mark,
    /// and so can be told from an index that is up to date.
    /// </summary>
    Task<IndexCursor?> ReadMarkAsync(EmbeddingSpace space, long namespaceId, CancellationToken cancellationToken);

    /// <summary>Writes the mark that <see cref="ReadMarkAsync"/> reads.</summary>
    Task<VectorWrite> WriteMarkAsync(EmbeddingSpace space, long namespaceId, IndexCursor mark, CancellationToken cancellationToken);

    /// <summary>Whether the tier answers and can serve. Throws only when the call is cancelled.</summary>
    Task<bool> IsReadyAsync(CancellationToken cancellationToken);
}

/// <summary>The result of a write that was applied.</summary>
/// <param name="IsSettled">
/// False: an earlier attempt of this write got no answer. The tier may still apply that attempt, even after later
/// writes.
/// </param>
public readonly record struct VectorWrite(bool IsSettled)
{
    public static VectorWrite operator &(VectorWrite left, VectorWrite right) => new(left.IsSettled && right.IsSettled);

    public static VectorWrite BitwiseAnd(VectorWrite left, VectorWrite right) => left & right;
}

/// <summary>
/// The vector tier cannot be used now: it is down, overloaded or full, or it rejects the API key. Try again later.
/// </summary>
public sealed class VectorTierUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The vector tier refuses this request. Sending the same request again will fail again.</summary>
public sealed class VectorTierRejectedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The vector tier has no such space: it was never created, or its data is lost. Create it, and index from zero.
/// </summary>
public sealed class VectorSpaceMissingException(string message, Exception? inner = null) : Exception(message, inner);
