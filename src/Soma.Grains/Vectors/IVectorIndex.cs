using Soma.Grains.Engine.Refining;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Vectors;

/// <summary>
/// A derived tier that finds memories by vector and by word weights: disposable, rebuilt from the canonical store at any
/// time, and never the truth about anything.
/// </summary>
/// <remarks>
/// <para><b>What a hit means.</b> "A version with this seq once lay at this coordinate." It counts only if the canonical row
/// at the coordinate still has that seq: a point may be older than the row (not indexed yet, or a request that was applied
/// late), or of a memory that is gone. The index may miss memories, so whoever searches adds those with a seq beyond
/// <see cref="VectorAnswer.Mark"/> from elsewhere.</para>
/// <para><b>Order.</b> Two requests about one point are applied in the order the tier chooses, not in the order they were
/// sent, once one of them had no clear answer. Writes say so (<see cref="VectorWrite"/>), and the indexer looks at such
/// points again later. One writer a namespace and space at a time.</para>
/// <para><b>Failures.</b> <see cref="VectorTierUnavailableException"/>: not to be had, try later; a write may have been
/// applied. <see cref="VectorTierRejectedException"/>: the tier refuses the content for good.
/// <see cref="VectorSpaceMissingException"/>: it knows no such space. Reads of an unknown space are empty instead.</para>
/// </remarks>
public interface IVectorIndex
{
    /// <summary>Makes the space where it is missing.</summary>
    /// <exception cref="VectorTierRejectedException">It is there with another dimension.</exception>
    Task EnsureAsync(EmbeddingSpace space, CancellationToken cancellationToken);

    /// <summary>Puts points in the place of those with the same namespace and coordinate; all are applied, or it throws.</summary>
    Task<VectorWrite> UpsertAsync(EmbeddingSpace space, IReadOnlyList<VectorPoint> points, CancellationToken cancellationToken);

    /// <summary>Removes the points of these coordinates; unknown ones are passed over.</summary>
    Task<VectorWrite> DeleteAsync(
        EmbeddingSpace space, long namespaceId, IReadOnlyCollection<Coordinate> coordinates, CancellationToken cancellationToken);

    /// <summary>Removes all points of a namespace, and its mark.</summary>
    Task<VectorWrite> DeleteNamespaceAsync(EmbeddingSpace space, long namespaceId, CancellationToken cancellationToken);

    /// <summary>Removes the points of all namespaces and spaces whose time was over at <paramref name="before"/>.</summary>
    /// <remarks>By a condition on the point as it lies there: one that was written again since is kept, whenever this is applied.</remarks>
    Task DeleteExpiredAsync(Instant before, CancellationToken cancellationToken);

    /// <summary>The best points of one namespace for a vector, for words, or for both together.</summary>
    Task<VectorAnswer> QueryAsync(EmbeddingSpace space, VectorQuery query, CancellationToken cancellationToken);

    /// <summary>How many points a namespace has, exactly.</summary>
    Task<long> CountAsync(EmbeddingSpace space, long namespaceId, CancellationToken cancellationToken);

    /// <summary>A page of a namespace's points in the order of their ids.</summary>
    /// <param name="space">The space.</param>
    /// <param name="namespaceId">Whose points.</param>
    /// <param name="from"><see cref="StoredPoints.Next"/> of the page before; null: the first page.</param>
    /// <param name="limit">Points a page, at least 1.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<StoredPoints> ScrollAsync(EmbeddingSpace space, long namespaceId, Guid? from, int limit, CancellationToken cancellationToken);

    /// <summary>What is held at these coordinates; those without a point are missing.</summary>
    Task<IReadOnlyList<StoredPoint>> ReadAsync(
        EmbeddingSpace space, long namespaceId, IReadOnlyCollection<Coordinate> coordinates, CancellationToken cancellationToken);

    /// <summary>
    /// How far the index of a namespace reaches, as its indexer last wrote it beside the points: what tells an index that
    /// lost its data, or was set back to an older copy, from one that is up to date. Null: nothing is known of the namespace.
    /// </summary>
    Task<IndexCursor?> ReadMarkAsync(EmbeddingSpace space, long namespaceId, CancellationToken cancellationToken);

    /// <summary>Writes <see cref="ReadMarkAsync"/>'s mark.</summary>
    Task<VectorWrite> WriteMarkAsync(EmbeddingSpace space, long namespaceId, IndexCursor mark, CancellationToken cancellationToken);

    /// <summary>Whether the tier answers and can serve; never throws but for cancellation.</summary>
    Task<bool> IsReadyAsync(CancellationToken cancellationToken);
}
