namespace Soma.Grains.Vectors.Qdrant;

/// <summary>Qdrant's conditions, as JSON.</summary>
internal static class QdrantConditions
{
    public static JsonObject Match(string key, IReadOnlyCollection<string> values) => values.Count == 1
        ? Field(key, "match", new JsonObject { ["value"] = values.First() })
        : Field(key, "match", new JsonObject { ["any"] = List(values.Distinct()) });

    public static JsonObject MatchWhole(string key, IReadOnlyCollection<long> values) =>
        Field(key, "match", new JsonObject { ["any"] = List(values.Distinct()) });

    /// <summary>
    /// A range condition; <paramref name="comparison"/> is <c>gt</c>, <c>gte</c>, <c>lt</c> or <c>lte</c>.
    /// </summary>
    public static JsonObject Range(string key, string comparison, JsonNode limit) =>
        Field(key, "range", new JsonObject { [comparison] = limit });

    public static JsonObject HasId(IEnumerable<Guid> ids) =>
        new() { ["has_id"] = List(ids.Distinct().Select(id => id.ToString())) };

    public static JsonArray List<T>(IEnumerable<T> values) => new([.. values.Select(value => JsonValue.Create(value))]);

    private static JsonObject Field(string key, string test, JsonNode value) => new() { ["key"] = key, [test] = value };
}
