using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>The vector tier on Qdrant (1.11 or newer), through its REST API.</summary>
/// <remarks>
/// No condition on a write is supported by all these versions. A request that was lost and is applied late can
/// therefore restore an old version of a point, or remove a new one. Two things guard against that. A search compares
/// each hit's seq with the canonical row, so an old version is never returned. A write reports that one of its attempts
/// was lost, and the indexer checks those points again when the lost attempt can no longer arrive.
/// </remarks>
public sealed class QdrantVectorIndex : IVectorIndex
{
    private readonly QdrantClient _client;
    private readonly QdrantCollections _collections;

    /// <param name="http">Sends the requests. Its own timeout should be infinite, because each attempt sets
    /// one.</param>
    /// <param name="options">The address of Qdrant, and the timeouts.</param>
    /// <param name="clock">Measures the timeouts.</param>
    public QdrantVectorIndex(HttpClient http, QdrantOptions options, TimeProvider clock)
    {
        // Qdrant should stop waiting just before this client does, so that the client still gets its answer.
        var waitSeconds = Math.Max(1, (int)options.AttemptTimeout.TotalSeconds - 1);
        _client = new QdrantClient(new QdrantTransport(http, options, clock), waitSeconds);
        _collections = new QdrantCollections(_client, options);
    }

    public Task EnsureAsync(EmbeddingSpace space, CancellationToken cancellationToken) =>
        GuardAsync(async () =>
        {
            await _collections.EnsureAsync(space, cancellationToken);
            return true;
        });

    public Task<VectorWrite> UpsertAsync(EmbeddingSpace space, IReadOnlyList<VectorPoint> points, CancellationToken cancellationToken)
    {
        foreach (var point in points)
        {
            Check(point.Dense, space);
            Check(point.Sparse);
        }

        return points.Count == 0 ? Nothing : WriteAsync([.. points.Select(QdrantPoints.ToMessage)], space, cancellationToken);
    }

    public Task<VectorWrite> DeleteAsync(
        EmbeddingSpace space, long namespaceId, IReadOnlyCollection<Coordinate> coordinates, CancellationToken cancellationToken)
    {
        var ids = coordinates.Select(coordinate => PointId.Of(namespaceId, coordinate)).ToList();
        return ids.Count == 0 ? Nothing : DeleteAsync(space, new DeletePoints(ids, null), cancellationToken);
    }

    public Task<VectorWrite> DeleteNamespaceAsync(EmbeddingSpace space, long namespaceId, CancellationToken cancellationToken) =>
        DeleteAsync(space, new DeletePoints(null, QdrantQueries.Everything(namespaceId)), cancellationToken);

    public Task DeleteNamespaceAsync(long namespaceId, CancellationToken cancellationToken) =>
        DeleteEverywhereAsync(QdrantQueries.Everything(namespaceId), cancellationToken);

    public Task DeleteExpiredAsync(Instant before, CancellationToken cancellationToken) =>
        DeleteEverywhereAsync(QdrantQueries.Expired(before.Microseconds), cancellationToken);

    public Task<VectorAnswer> QueryAsync(EmbeddingSpace space, VectorQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        Check(query.Dense, space);
        var pushed = QdrantFilters.Push(query.Filter, query.NamespaceId);
        var filter = QdrantQueries.Filter(query.NamespaceId, pushed.Condition, query.Now.Microseconds);
        List<QueryMessage> searches = pushed.PassesNothing ? [] : [QdrantQueries.Search(query, filter)];
        searches.Add(QdrantQueries.Mark(query.NamespaceId));
        return ReadAsync(
            async () =>
            {
                var found = await _client.QueryAsync(_collections.NameOf(space), new QueryBatch(searches), cancellationToken);
                var hits = found.Count > 1 ? found[0].Points : [];
                return new VectorAnswer([.. hits.Select(QdrantPoints.ToHit)], found[^1].Points is [var mark, ..] ? QdrantPoints.ToCursor(mark) : null);
            },
            new VectorAnswer([], null));
    }

    public Task<StoredPoints> ScrollAsync(
        EmbeddingSpace space, long namespaceId, Guid? from, int limit, CancellationToken cancellationToken) => ReadAsync(
        async () =>
        {
            var page = await _client.ScrollAsync(
                _collections.NameOf(space),
                new ScrollPoints(QdrantQueries.Filter(namespaceId), limit, from, QdrantPoints.StoredPayload, WithVector: false),
                cancellationToken);
            return new StoredPoints([.. page.Points.Select(QdrantPoints.ToStored)], page.NextPageOffset);
        },
        new StoredPoints([], null));

    public Task<IReadOnlyList<StoredPoint>> ReadAsync(
        EmbeddingSpace space, long namespaceId, IReadOnlyCollection<Coordinate> coordinates, CancellationToken cancellationToken)
    {
        var ids = coordinates.Select(coordinate => PointId.Of(namespaceId, coordinate)).ToList();
        return ids.Count == 0 ? Task.FromResult<IReadOnlyList<StoredPoint>>([]) : ReadAsync<IReadOnlyList<StoredPoint>>(
            async () => [.. (await ReadPointsAsync(space, ids, QdrantPoints.StoredPayload, cancellationToken)).Select(QdrantPoints.ToStored)], []);
    }

    public Task<IndexCursor?> ReadMarkAsync(EmbeddingSpace space, long namespaceId, CancellationToken cancellationToken) => ReadAsync<IndexCursor?>(
        async () => await ReadPointsAsync(space, [PointId.OfMark(namespaceId)], QdrantPoints.MarkPayload, cancellationToken) is [var mark, ..]
            ? QdrantPoints.ToCursor(mark)
            : null,
        null);

    public Task<VectorWrite> WriteMarkAsync(EmbeddingSpace space, long namespaceId, IndexCursor mark, CancellationToken cancellationToken) =>
        WriteAsync([QdrantPoints.ToMark(namespaceId, mark)], space, cancellationToken);

    public Task<bool> IsReadyAsync(CancellationToken cancellationToken) => _client.IsReadyAsync(cancellationToken);

    private static Task<VectorWrite> Nothing => Task.FromResult(new VectorWrite(IsSettled: true));

    private Task<IReadOnlyList<FoundPoint>> ReadPointsAsync(
        EmbeddingSpace space, IReadOnlyList<Guid> ids, IReadOnlyList<string> payload, CancellationToken cancellationToken) =>
        _client.ReadPointsAsync(_collections.NameOf(space), new ReadPoints(ids, payload, WithVector: false), cancellationToken);

    private Task<VectorWrite> WriteAsync(IReadOnlyList<PointMessage> points, EmbeddingSpace space, CancellationToken cancellationToken) =>
        GuardAsync(() => _client.UpsertAsync(_collections.NameOf(space), new UpsertPoints(points), cancellationToken));

    private Task DeleteEverywhereAsync(JsonObject filter, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        foreach (var name in await _collections.ListAsync(cancellationToken))
        {
            await _client.DeleteAsync(name, new DeletePoints(null, filter), cancellationToken);
        }

        return true;
    });

    private Task<VectorWrite> DeleteAsync(EmbeddingSpace space, DeletePoints selection, CancellationToken cancellationToken) => ReadAsync(
        () => _client.DeleteAsync(_collections.NameOf(space), selection, cancellationToken), new VectorWrite(IsSettled: true));

    private static void Check(float[]? vector, EmbeddingSpace space)
    {
        if (vector is not null && (vector.Length != space.Dimension || !Array.TrueForAll(vector, float.IsFinite)))
        {
            throw new VectorTierRejectedException($"A vector of this space has {space.Dimension} finite numbers.");
        }
    }

    private static void Check(SparseVector? vector)
    {
        if (vector is not null && (vector.Indices.Length != vector.Values.Length || !Array.TrueForAll(vector.Values, float.IsFinite)))
        {
            throw new VectorTierRejectedException("A sparse vector has one finite number for each place.");
        }
    }

    /// <summary>Runs a read, and returns <paramref name="empty"/> if the collection does not exist.</summary>
    private static async Task<T> ReadAsync<T>(Func<Task<T>> read, T empty)
    {
        try
        {
            return await GuardAsync(read);
        }
        catch (VectorSpaceMissingException)
        {
            return empty;
        }
    }

    private static async Task<T> GuardAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (QdrantException failure)
        {
            throw failure.ToTierException();
        }
    }
}
