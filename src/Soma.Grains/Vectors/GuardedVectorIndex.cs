using Soma.Grains.Engine.Refining;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Vectors;

/// <summary>A vector tier behind a <see cref="CircuitBreaker"/>.</summary>
public sealed class GuardedVectorIndex(IVectorIndex tier, CircuitBreaker breaker) : IVectorIndex
{
    public Task EnsureAsync(EmbeddingSpace space, CancellationToken cancellationToken) => breaker.CallAsync(async () =>
    {
        await tier.EnsureAsync(space, cancellationToken);
        return true;
    });

    public Task<VectorWrite> UpsertAsync(EmbeddingSpace space, IReadOnlyList<VectorPoint> points, CancellationToken cancellationToken) =>
        breaker.CallAsync(() => tier.UpsertAsync(space, points, cancellationToken));

    public Task<VectorWrite> DeleteAsync(
        EmbeddingSpace space, long namespaceId, IReadOnlyCollection<Coordinate> coordinates, CancellationToken cancellationToken) =>
        breaker.CallAsync(() => tier.DeleteAsync(space, namespaceId, coordinates, cancellationToken));

    public Task<VectorWrite> DeleteNamespaceAsync(EmbeddingSpace space, long namespaceId, CancellationToken cancellationToken) =>
        breaker.CallAsync(() => tier.DeleteNamespaceAsync(space, namespaceId, cancellationToken));

    public Task DeleteExpiredAsync(Instant before, CancellationToken cancellationToken) => breaker.CallAsync(async () =>
    {
        await tier.DeleteExpiredAsync(before, cancellationToken);
        return true;
    });

    public Task<VectorAnswer> QueryAsync(EmbeddingSpace space, VectorQuery query, CancellationToken cancellationToken) =>
        breaker.CallAsync(() => tier.QueryAsync(space, query, cancellationToken));

    public Task<long> CountAsync(EmbeddingSpace space, long namespaceId, CancellationToken cancellationToken) =>
        breaker.CallAsync(() => tier.CountAsync(space, namespaceId, cancellationToken));

    public Task<StoredPoints> ScrollAsync(
        EmbeddingSpace space, long namespaceId, Guid? from, int limit, CancellationToken cancellationToken) =>
        breaker.CallAsync(() => tier.ScrollAsync(space, namespaceId, from, limit, cancellationToken));

    public Task<IReadOnlyList<StoredPoint>> ReadAsync(
        EmbeddingSpace space, long namespaceId, IReadOnlyCollection<Coordinate> coordinates, CancellationToken cancellationToken) =>
        breaker.CallAsync(() => tier.ReadAsync(space, namespaceId, coordinates, cancellationToken));

    public Task<IndexCursor?> ReadMarkAsync(EmbeddingSpace space, long namespaceId, CancellationToken cancellationToken) =>
        breaker.CallAsync(() => tier.ReadMarkAsync(space, namespaceId, cancellationToken));

    public Task<VectorWrite> WriteMarkAsync(EmbeddingSpace space, long namespaceId, IndexCursor mark, CancellationToken cancellationToken) =>
        breaker.CallAsync(() => tier.WriteMarkAsync(space, namespaceId, mark, cancellationToken));

    /// <summary>False without asking while calls fail at once: a health page must not wait for what is known to be away.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken) =>
        !breaker.IsOpen && await tier.IsReadyAsync(cancellationToken);
}
