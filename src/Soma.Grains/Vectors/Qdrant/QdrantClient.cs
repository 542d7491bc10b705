using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Serialization.Metadata;

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
        [.. (await transport.SendAsync(
            new QdrantRequest<CollectionList>(HttpMethod.Get, "/collections", QdrantJson.Default.CollectionListEnvelope),
            cancellationToken)).Result.Collections.Select(collection => collection.Name)];

    public async Task<bool> ExistsAsync(string collection, CancellationToken cancellationToken) =>
        (await transport.SendAsync(
            new QdrantRequest<CollectionExists>(HttpMethod.Get, $"/collections/{collection}/exists", QdrantJson.Default.ExistsEnvelope),
            cancellationToken)).Result.Exists;

    public async Task<CollectionInfo> ReadCollectionAsync(string collection, CancellationToken cancellationToken) =>
        (await transport.SendAsync(
            new QdrantRequest<CollectionInfo>(HttpMethod.Get, $"/collections/{collection}", QdrantJson.Default.CollectionEnvelope),
            cancellationToken)).Result;

    /// <summary>
    /// Creates the collection. Returns false if it already exists, which may have happened a moment ago.
    /// </summary>
    public async Task<bool> CreateAsync(string collection, CreateCollection definition, CancellationToken cancellationToken)
    {
        try
        {
            await transport.SendAsync(
                new QdrantRequest<bool>(HttpMethod.Put, $"/collections/{collection}", QdrantJson.Default.BoolEnvelope)
                {
                    Body = () => Json(definition, QdrantJson.Default.CreateCollection),
                },
                cancellationToken);
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

    public Task<QdrantReply<UpdateResult>> CreateIndexAsync(string collection, CreateIndex index, CancellationToken cancellationToken) =>
        UpdateAsync(HttpMethod.Put, $"/collections/{collection}/index", index, QdrantJson.Default.CreateIndex, cancellationToken);

    public Task<QdrantReply<UpdateResult>> UpsertAsync(string collection, UpsertPoints points, CancellationToken cancellationToken) =>
        UpdateAsync(HttpMethod.Put, $"/collections/{collection}/points", points, QdrantJson.Default.UpsertPoints, cancellationToken);

    public Task<QdrantReply<UpdateResult>> DeleteAsync(string collection, DeletePoints selection, CancellationToken cancellationToken) =>
        UpdateAsync(HttpMethod.Post, $"/collections/{collection}/points/delete", selection, QdrantJson.Default.DeletePoints, cancellationToken);

    public Task<IReadOnlyList<QueryResult>> QueryAsync(string collection, QueryBatch batch, CancellationToken cancellationToken) =>
        ReadAsync(
            $"/collections/{collection}/points/query/batch", batch, QdrantJson.Default.QueryBatch, QdrantJson.Default.QueryBatchEnvelope, cancellationToken);

    public Task<ScrollResult> ScrollAsync(string collection, ScrollPoints scroll, CancellationToken cancellationToken) =>
        ReadAsync(
            $"/collections/{collection}/points/scroll", scroll, QdrantJson.Default.ScrollPoints, QdrantJson.Default.ScrollEnvelope, cancellationToken);

    public Task<IReadOnlyList<FoundPoint>> ReadPointsAsync(string collection, ReadPoints points, CancellationToken cancellationToken) =>
        ReadAsync($"/collections/{collection}/points", points, QdrantJson.Default.ReadPoints, QdrantJson.Default.PointsEnvelope, cancellationToken);

    private async Task<TResult> ReadAsync<TBody, TResult>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<Envelope<TResult>> answer, CancellationToken cancellationToken) =>
        (await transport.SendAsync(
            new QdrantRequest<TResult>(HttpMethod.Post, path, answer) { Body = () => Json(body, bodyType) }, cancellationToken)).Result;

    private Task<QdrantReply<UpdateResult>> UpdateAsync<TBody>(
        HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> bodyType, CancellationToken cancellationToken) =>
        transport.SendAsync(
            new QdrantRequest<UpdateResult>(method, $"{path}?wait=true&ordering=strong&timeout={waitSeconds}", QdrantJson.Default.UpdateEnvelope)
            {
                Body = () => Json(body, bodyType),
                Check = RequireCompleted,
            },
            cancellationToken);

    private static void RequireCompleted(UpdateResult update)
    {
        if (update.Status != Completed)
        {
            throw QdrantErrors.NotApplied(update.Status);
        }
    }

    private static ByteArrayContent Json<T>(T body, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(body, type))
    {
        Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
    };
}
