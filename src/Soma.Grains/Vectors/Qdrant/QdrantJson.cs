using System.Text.Json.Serialization;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>Reads and writes Qdrant's messages with source-generated code, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CreateCollection))]
[JsonSerializable(typeof(CreateIndex))]
[JsonSerializable(typeof(UpsertPoints))]
[JsonSerializable(typeof(DeletePoints))]
[JsonSerializable(typeof(QueryBatch))]
[JsonSerializable(typeof(ScrollPoints))]
[JsonSerializable(typeof(ReadPoints))]
[JsonSerializable(typeof(Envelope<bool>), TypeInfoPropertyName = "BoolEnvelope")]
[JsonSerializable(typeof(Envelope<CollectionExists>), TypeInfoPropertyName = "ExistsEnvelope")]
[JsonSerializable(typeof(Envelope<CollectionList>), TypeInfoPropertyName = "CollectionListEnvelope")]
[JsonSerializable(typeof(Envelope<CollectionInfo>), TypeInfoPropertyName = "CollectionEnvelope")]
[JsonSerializable(typeof(Envelope<UpdateResult>), TypeInfoPropertyName = "UpdateEnvelope")]
[JsonSerializable(typeof(Envelope<IReadOnlyList<QueryResult>>), TypeInfoPropertyName = "QueryBatchEnvelope")]
[JsonSerializable(typeof(Envelope<ScrollResult>), TypeInfoPropertyName = "ScrollEnvelope")]
[JsonSerializable(typeof(Envelope<IReadOnlyList<FoundPoint>>), TypeInfoPropertyName = "PointsEnvelope")]
internal sealed partial class QdrantJson : JsonSerializerContext;
