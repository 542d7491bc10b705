namespace Soma.Grains.Vectors.Qdrant;

/// <summary>Qdrant's conditions, as JSON.</summary>
internal static class QdrantConditions
{
    public static JsonObject Match(string key, IReadOnlyCollection<string> values) => values.Count == 1
        ? Field(key, "match", new JsonObject { ["value"] = values.First() })
        : Field(key, "match", new JsonObject { ["any"] = new JsonArray([.. values.Distinct().Select(value => (JsonNode)value)]) });

    public static JsonObject MatchWhole(string key, IReadOnlyCollection<long> values) =>
        Field(key, "match", new JsonObject { ["any"] = new JsonArray([.. values.Distinct().Select(value => (JsonNode)value)]) });

    /// <summary>
    /// A range condition; <paramref name="comparison"/> is <c>gt</c>, <c>gte</c>, <c>lt</c> or <c>lte</c>.
    /// </summary>
    public static JsonObject Range(string key, string comparison, JsonNode limit) =>
        Field(key, "range", new JsonObject { [comparison] = limit });

    public static JsonObject HasId(IEnumerable<Guid> ids) =>
        new() { ["has_id"] = new JsonArray([.. ids.Distinct().Select(id => (JsonNode)id.ToString())]) };

    private static JsonObject Field(string key, string test, JsonNode value) => new() { ["key"] = key, [test] = value };
}
