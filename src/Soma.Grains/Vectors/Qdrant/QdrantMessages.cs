using System.Text.Json.Serialization;
using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Vectors.Qdrant;

// The messages to and from Qdrant, with the member names of its REST API. Members that are null are not written.

internal sealed record CollectionExists(bool Exists);

internal sealed record CollectionList(IReadOnlyList<CollectionName> Collections);

internal sealed record CollectionName(string Name);

internal sealed record CollectionInfo(CollectionConfig Config);

internal sealed record CollectionConfig(CollectionParams Params);

internal sealed record CollectionParams(JsonObject? Vectors, JsonObject? SparseVectors);

internal sealed record CreateCollection(
    IReadOnlyDictionary<string, DenseParams> Vectors, IReadOnlyDictionary<string, SparseParams> SparseVectors, HnswParams HnswConfig);

internal sealed record DenseParams(int Size, string Distance);

internal sealed record SparseParams(string Modifier);

internal sealed record HnswParams(int M, int PayloadM);

internal sealed record CreateIndex(string FieldName, IndexSchema FieldSchema);

internal sealed record IndexSchema(string Type, bool? IsTenant = null, bool? EnableHnsw = null);

internal sealed record UpsertPoints(IReadOnlyList<PointMessage> Points);

internal sealed record PointMessage(Guid Id, PointVectors Vector, JsonObject Payload);

internal sealed record PointVectors(float[]? Dense, SparseVector? Bm25);

internal sealed record UpdateResult(long? OperationId, string Status);

internal sealed record DeletePoints(IReadOnlyList<Guid>? Points, JsonObject? Filter);

internal sealed record QueryBatch(IReadOnlyList<QueryMessage> Searches);

internal sealed record QueryMessage
{
    /// <summary>Numbers, or a <see cref="SparseVector"/>; null: every point passes.</summary>
    public object? Query { get; init; }

    public string? Using { get; init; }

    public JsonObject? Filter { get; init; }

    public required int Limit { get; init; }

    public int? Offset { get; init; }

    public IReadOnlyList<string>? WithPayload { get; init; }
}

internal sealed record QueryResult(IReadOnlyList<FoundPoint> Points);

internal sealed record FoundPoint(Guid Id, float Score, JsonObject? Payload);

internal sealed record ScrollPoints(JsonObject Filter, int Limit, Guid? Offset, IReadOnlyList<string> WithPayload, bool WithVector);

internal sealed record ScrollResult(IReadOnlyList<FoundPoint> Points, Guid? NextPageOffset);

internal sealed record ReadPoints(IReadOnlyList<Guid> Ids, IReadOnlyList<string> WithPayload, bool WithVector);

internal sealed record Envelope<T>(T Result);

/// <summary>Reads and writes Qdrant's messages with source-generated code, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CreateCollection))]
[JsonSerializable(typeof(CreateIndex))]
[JsonSerializable(typeof(UpsertPoints))]
[JsonSerializable(typeof(DeletePoints))]
[JsonSerializable(typeof(QueryBatch))]
[JsonSerializable(typeof(float[]))]
[JsonSerializable(typeof(SparseVector))]
[JsonSerializable(typeof(ScrollPoints))]
[JsonSerializable(typeof(ReadPoints))]
[JsonSerializable(typeof(Envelope<bool>))]
[JsonSerializable(typeof(Envelope<CollectionExists>))]
[JsonSerializable(typeof(Envelope<CollectionList>))]
[JsonSerializable(typeof(Envelope<CollectionInfo>))]
[JsonSerializable(typeof(Envelope<UpdateResult>))]
[JsonSerializable(typeof(Envelope<IReadOnlyList<QueryResult>>))]
[JsonSerializable(typeof(Envelope<ScrollResult>))]
[JsonSerializable(typeof(Envelope<IReadOnlyList<FoundPoint>>))]
internal sealed partial class QdrantJson : JsonSerializerContext;
