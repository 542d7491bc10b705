using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>Converts queries to Qdrant's messages.</summary>
internal static class QdrantQueries
{
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

    /// <summary>Builds the query by the vector or by the words.</summary>
    public static QueryMessage Search(VectorQuery query, JsonObject filter) => new()
    {
        Query = query.Dense ?? (object?)query.Sparse ?? throw new ArgumentException("A query needs a vector, or words.", nameof(query)),
        Using = query.Dense is null ? QdrantCollections.Sparse : QdrantCollections.Dense,
        Filter = filter,
        Limit = query.Limit,
        Offset = query.Offset,
        WithPayload = QdrantPoints.HitPayload,
    };

    /// <summary>Reads the mark of a namespace by a query without a vector.</summary>
    public static QueryMessage Mark(long namespaceId) => new()
    {
        Filter = new JsonObject { ["must"] = new JsonArray(QdrantConditions.HasId([PointId.OfMark(namespaceId)])) },
        Limit = 1,
        WithPayload = QdrantPoints.MarkPayload,
    };
}
