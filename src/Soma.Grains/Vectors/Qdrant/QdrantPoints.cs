using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>Converts points to Qdrant's messages and back.</summary>
internal static class QdrantPoints
{
    /// <summary>The payload fields that are read for a hit.</summary>
    public static IReadOnlyList<string> HitPayload { get; } = [QdrantPayload.Coordinate, QdrantPayload.Seq];

    /// <summary>The payload fields that are read for a stored point.</summary>
    public static IReadOnlyList<string> StoredPayload { get; } = [QdrantPayload.Coordinate, QdrantPayload.Seq, QdrantPayload.Fingerprint];

    /// <summary>The payload fields that are read for a mark.</summary>
    public static IReadOnlyList<string> MarkPayload { get; } = [QdrantPayload.MarkLog, QdrantPayload.MarkRefined];

    public static PointMessage ToMessage(VectorPoint point) => new(
        PointId.Of(point.NamespaceId, point.Coordinate),
        new PointVectors(point.Dense, point.Sparse),
        ToPayload(point));

    public static PointMessage ToMark(long namespaceId, IndexCursor mark) => new(
        PointId.OfMark(namespaceId),
        new PointVectors(null, null),
        new JsonObject
        {
            [QdrantPayload.Namespace] = QdrantPayload.MarkOf(namespaceId),
            [QdrantPayload.MarkLog] = mark.LogSeq,
            [QdrantPayload.MarkRefined] = mark.RefinedSeq,
        });

    public static VectorHit ToHit(FoundPoint point) => new(CoordinateOf(point), SeqOf(point), point.Score);

    public static StoredPoint ToStored(FoundPoint point) =>
        new(CoordinateOf(point), SeqOf(point), point.Payload?[QdrantPayload.Fingerprint]?.GetValue<string>() ?? "");

    public static IndexCursor ToCursor(FoundPoint mark) => new(
        mark.Payload?[QdrantPayload.MarkLog]?.GetValue<long>() ?? 0, mark.Payload?[QdrantPayload.MarkRefined]?.GetValue<long>() ?? 0);

    private static JsonObject ToPayload(VectorPoint point)
    {
        var fields = point.Fields;
        var payload = new JsonObject
        {
            [QdrantPayload.Namespace] = QdrantPayload.NamespaceOf(point.NamespaceId),
            [QdrantPayload.Coordinate] = point.Coordinate.Text,
            [QdrantPayload.Seq] = point.Seq,
            [QdrantPayload.Fingerprint] = point.Fingerprint(),
            [QdrantPayload.Created] = fields.CreatedAt,
            [QdrantPayload.Updated] = fields.UpdatedAt,
            [QdrantPayload.Tokens] = QdrantConditions.List(fields.Tokens),
            [QdrantPayload.Times] = QdrantConditions.List(fields.Times),
            [QdrantPayload.Numbers] = new JsonObject(
                fields.Numbers.Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, QdrantConditions.List(entry.Value)))),
        };
        if (fields.ExpiresAt is { } expiry)
        {
            payload[QdrantPayload.Expires] = expiry;
        }

        if (fields.IsOpen)
        {
            payload[QdrantPayload.Open] = true;
        }

        return payload;
    }

    private static Coordinate CoordinateOf(FoundPoint point) =>
        Coordinate.FromCanonical(point.Payload?[QdrantPayload.Coordinate]?.GetValue<string>() ?? "");

    private static long SeqOf(FoundPoint point) => point.Payload?[QdrantPayload.Seq]?.GetValue<long>() ?? 0;
}
