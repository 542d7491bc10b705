using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>Converts queries to Qdrant's messages.</summary>
internal static class QdrantQueries
{
    /// <summary>The least number of candidates that each part of a fused query returns.</summary>
    private const int LeastCandidates = 50;

    /// <summary>Selects the points of one namespace that pass the pushed-down filter and have not expired.</summary>
    public static JsonObject Filter(long namespaceId, JsonObject? pushed = null, long? now = null)
    {
        var must = new JsonArray(QdrantConditions.Match(QdrantPayload.Namespace, [QdrantPayload.NamespaceOf(namespaceId)]));
        if (pushed is not null)
        {
            must.Add((JsonNode)pushed);
        }

        var filter = new JsonObject { ["must"] = must };
        if (now is { } time)
        {
            filter["must_not"] = new JsonArray(QdrantConditions.Range(QdrantPayload.Expires, "lte", time));
        }

        return filter;
    }

    /// <summary>Selects a namespace's points and its mark.</summary>
    public static JsonObject Everything(long namespaceId) => new()
    {
        ["must"] = new JsonArray(QdrantConditions.Match(
            QdrantPayload.Namespace, [QdrantPayload.NamespaceOf(namespaceId), QdrantPayload.MarkOf(namespaceId)])),
    };

    /// <summary>Selects the expired points of all namespaces.</summary>
    public static JsonObject Expired(long before) => new()
    {
        ["must"] = new JsonArray(QdrantConditions.Range(QdrantPayload.Expires, "lte", before)),
    };

    /// <summary>
    /// Builds the query. The filter is repeated in each part, because Qdrant does not apply the outer filter to a
    /// prefetch.
    /// </summary>
    public static QueryMessage Search(VectorQuery query, JsonObject filter)
    {
        if (query is { Dense: not null, Sparse: not null })
        {
            var candidates = Math.Max(LeastCandidates, query.Offset + query.Limit);
            return new QueryMessage
            {
                Prefetch =
                [
                    Arm(DenseOf(query.Dense), QdrantCollections.Dense, (JsonObject)filter.DeepClone(), candidates),
                    Arm(SparseOf(query.Sparse), QdrantCollections.Sparse, (JsonObject)filter.DeepClone(), candidates),
                ],
                Query = new JsonObject { ["fusion"] = "rrf" },
                Filter = filter,
                Limit = query.Limit,
                Offset = query.Offset,
                WithPayload = QdrantPoints.HitPayload,
            };
        }

        var arm = query.Dense is { } dense
            ? Arm(DenseOf(dense), QdrantCollections.Dense, filter, query.Limit)
            : query.Sparse is { } sparse ? Arm(SparseOf(sparse), QdrantCollections.Sparse, filter, query.Limit)
            : throw new ArgumentException("A query needs a vector, or words.", nameof(query));
        return arm with { Offset = query.Offset, ScoreThreshold = query.MinScore, WithPayload = QdrantPoints.HitPayload };
    }

    /// <summary>Reads the mark of a namespace by a query without a vector.</summary>
    public static QueryMessage Mark(long namespaceId) => new()
    {
        Filter = new JsonObject { ["must"] = new JsonArray(QdrantConditions.HasId([PointId.OfMark(namespaceId)])) },
        Limit = 1,
        WithPayload = QdrantPoints.MarkPayload,
    };

    private static QueryMessage Arm(JsonNode query, string vector, JsonObject filter, int limit) =>
        new() { Query = query, Using = vector, Filter = filter, Limit = limit };

    private static JsonArray DenseOf(float[] vector) => new([.. vector.Select(number => (JsonNode)number)]);

    private static JsonObject SparseOf(SparseVector vector) => new()
    {
        ["indices"] = new JsonArray([.. vector.Indices.Select(place => (JsonNode)place)]),
        ["values"] = new JsonArray([.. vector.Values.Select(number => (JsonNode)number)]),
    };
}
