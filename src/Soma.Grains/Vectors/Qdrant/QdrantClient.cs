using System.Net;
using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>The requests of Qdrant's REST API that Soma uses, one method each.</summary>
/// <remarks>
/// Searches use <c>points/query/batch</c> only, because <c>points/search</c> and its relatives were removed in Qdrant
/// 1.19. Writes wait until they are applied. Where a collection has replicas, one leader orders the writes.
/// </remarks>
internal sealed class QdrantClient(QdrantTransport transport, int waitSeconds)
{
    private const string Completed = "completed";

    public Task<bool> IsReadyAsync(CancellationToken cancellationToken) => transport.ProbeAsync("/readyz", cancellationToken);

    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await ReadAsync<CollectionList>(HttpMethod.Get, "", null, cancellationToken)).Collections.Select(collection => collection.Name)];

    public async Task<bool> ExistsAsync(string collection, CancellationToken cancellationToken) =>
        (await ReadAsync<CollectionExists>(HttpMethod.Get, $"/{collection}/exists", null, cancellationToken)).Exists;

    public Task<CollectionInfo> ReadCollectionAsync(string collection, CancellationToken cancellationToken) =>
        ReadAsync<CollectionInfo>(HttpMethod.Get, $"/{collection}", null, cancellationToken);

    /// <summary>
    /// Creates the collection. Returns false if it already exists, which may have happened a moment ago.
    /// </summary>
    public async Task<bool> CreateAsync(string collection, CreateCollection definition, CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync<bool>(HttpMethod.Put, $"/{collection}", definition, cancellationToken);
            return true;
        }
        catch (QdrantException there) when (there.Status == HttpStatusCode.Conflict)
        {
            return false;
        }
        catch (QdrantException refused) when (refused.Status == HttpStatusCode.BadRequest)
        {
            // Older servers answer 400 both for a collection that exists and for any other fault, so ask which of them
            // it was.
            if (await ExistsAsync(collection, cancellationToken))
            {
                return false;
            }

            throw;
        }
    }

    public Task CreateIndexAsync(string collection, CreateIndex index, CancellationToken cancellationToken) =>
        UpdateAsync(HttpMethod.Put, $"/{collection}/index", index, cancellationToken);

    public Task<VectorWrite> UpsertAsync(string collection, UpsertPoints points, CancellationToken cancellationToken) =>
        UpdateAsync(HttpMethod.Put, $"/{collection}/points", points, cancellationToken);

    public Task<VectorWrite> DeleteAsync(string collection, DeletePoints selection, CancellationToken cancellationToken) =>
        UpdateAsync(HttpMethod.Post, $"/{collection}/points/delete", selection, cancellationToken);

    public Task<IReadOnlyList<QueryResult>> QueryAsync(string collection, QueryBatch batch, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<QueryResult>>(HttpMethod.Post, $"/{collection}/points/query/batch", batch, cancellationToken);

    public Task<ScrollResult> ScrollAsync(string collection, ScrollPoints scroll, CancellationToken cancellationToken) =>
        ReadAsync<ScrollResult>(HttpMethod.Post, $"/{collection}/points/scroll", scroll, cancellationToken);

    public Task<IReadOnlyList<FoundPoint>> ReadPointsAsync(string collection, ReadPoints points, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<FoundPoint>>(HttpMethod.Post, $"/{collection}/points", points, cancellationToken);

    private async Task<TResult> ReadAsync<TResult>(HttpMethod method, string path, object? body, CancellationToken cancellationToken) =>
        (await transport.SendAsync<TResult>(method, $"/collections{path}", body, null, cancellationToken)).Result;

    private async Task<VectorWrite> UpdateAsync(HttpMethod method, string path, object body, CancellationToken cancellationToken) =>
        new((await transport.SendAsync<UpdateResult>(
            method, $"/collections{path}?wait=true&ordering=strong&timeout={waitSeconds}", body, RequireCompleted, cancellationToken)).IsSettled);

    private static void RequireCompleted(UpdateResult update)
    {
        if (update.Status != Completed)
        {
            throw QdrantErrors.NotApplied(update.Status);
        }
    }
}
