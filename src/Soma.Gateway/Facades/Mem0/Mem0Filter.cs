using Soma.Grains.Interfaces.Filtering;

namespace Soma.Gateway.Mem0;

/// <summary>Translates mem0's filters into those of Soma, which apply them inside the command.</summary>
internal static class Mem0Filter
{
    private const int MostDepth = 12;
    private static readonly string[] _orders = ["gt", "gte", "lt", "lte"];

    /// <summary>Every memory of this protocol has the field; other memories of the namespace are not shown.</summary>
    public static JsonObject Ours => new() { [Mem0Memory.Event] = new JsonObject { ["$exists"] = true } };

    /// <summary>The filter of a request, as the command takes it.</summary>
    /// <param name="filters">mem0's filters; null: none.</param>
    /// <param name="further">Conditions that hold too, in Soma's words.</param>
    /// <param name="anyKey">Whether an unknown key is one of the metadata, as mem0's server has it; else it is refused, as on the platform.</param>
    /// <exception cref="Mem0Refusal">The filters cannot be applied.</exception>
    public static byte[] Read(JsonNode? filters, IEnumerable<JsonObject> further, bool anyKey)
    {
        var all = new JsonArray([Ours, .. further]);
        if (filters is not null)
        {
            all.Add(Translate(filters, anyKey, 0));
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["$and"] = all });
        return FilterParser.TryParse(json, out _, out var error) ? json : throw new Mem0Refusal(400, $"filters: {error.Path}: {error.Message}");
    }

    /// <summary>
    /// Whether whatever passes the filters belongs to a user, an agent, an app or a run that they name. Of an <c>OR</c> each part has to name one:
    /// the part <c>{"keywords":…}</c> beside <c>{"user_id":"u"}</c> would let through the memories of every user.
    /// </summary>
    public static bool NamesEntity(JsonNode? filters) => filters is JsonObject members && members.Any(member =>
        Mem0Entities.IsField(member.Key)
        || (member.Key is "AND" or "$and" && member.Value is JsonArray all && all.Any(NamesEntity))
        || (member.Key is "OR" or "$or" && member.Value is JsonArray { Count: > 0 } either && either.All(NamesEntity)));

    private static JsonObject Translate(JsonNode? filters, bool anyKey, int depth)
    {
        if (filters is not JsonObject members || depth > MostDepth)
        {
            throw new Mem0Refusal(400, depth > MostDepth ? "filters nest too deep" : "filters is an object, and AND, OR and NOT hold objects");
        }

        var all = new JsonArray([.. members.Select(member => Member(member.Key, member.Value, anyKey, depth))]);
        return all.Count == 0 ? [] : new JsonObject { ["$and"] = all };
    }

    private static JsonObject Member(string key, JsonNode? value, bool anyKey, int depth) => key switch
    {
        "AND" or "$and" => new() { ["$and"] = Each(value, anyKey, depth) },
        "OR" or "$or" => new() { ["$or"] = Each(value, anyKey, depth) },
        "NOT" or "$not" => new() { ["$not"] = new JsonObject { ["$or"] = Each(value is JsonObject ? new JsonArray(value.DeepClone()) : value, anyKey, depth) } },
        _ when Mem0Entities.IsField(key) => Condition(key, key, value, isEntity: true),
        // A memory's own time, where one was given, stands before the time of its storing.
        "created_at" => Condition(key, "timestamp", value),
        "updated_at" or "timestamp" => Condition(key, key, value),
        "expiration_date" or "categories" or "role" or "actor_id" => Condition(key, $"payload.{key}", value),
        "keywords" => Condition(key, $"payload.{Mem0Memory.Text}", value),
        "memory_ids" => Condition(key, "id", value is JsonArray ? new JsonObject { ["in"] = value.DeepClone() } : value),
        "metadata" when value is JsonObject metadata =>
            new() { ["$and"] = new JsonArray([Exists("payload.metadata"), .. metadata.Select(one => Condition($"metadata.{one.Key}", $"payload.metadata.{one.Key}", one.Value))]) },
        _ when anyKey => Condition(key, $"payload.metadata.{key}", value),
        _ => throw new Mem0Refusal(400, $"filters: {key} is not a field of filters; metadata holds your own"),
    };

    private static JsonArray Each(JsonNode? list, bool anyKey, int depth) => list is JsonArray { Count: > 0 } filters
        ? new([.. filters.Select(one => Translate(one, anyKey, depth + 1))])
        : throw new Mem0Refusal(400, "filters: AND and OR take a list of filters that is not empty");

    private static JsonObject Exists(string field) => new() { [field] = new JsonObject { ["$exists"] = true } };

    private static JsonObject Condition(string key, string field, JsonNode? value, bool isEntity = false)
    {
        if (value is not JsonObject operators)
        {
            return Operator(key, field, "eq", value, isEntity);
        }

        return operators.Count > 0
            ? new JsonObject { ["$and"] = new JsonArray([.. operators.Select(one => Operator(key, field, one.Key, one.Value, isEntity))]) }
            : throw new Mem0Refusal(400, $"filters: {key} has no operator");
    }

    private static JsonObject Operator(string key, string field, string name, JsonNode? value, bool isEntity)
    {
        if (name is "eq" && value is JsonValue star && star.GetValueKind() == JsonValueKind.String && star.GetValue<string>() == "*")
        {
            return Exists(field);
        }

        JsonNode? Operand(JsonNode? one) => isEntity ? Mem0Entities.ToStored(Mem0Entities.Read(one, key) ?? throw new Mem0Refusal(400, $"filters: {key} is a text"))
            : one is JsonObject or JsonArray ? throw new Mem0Refusal(400, $"filters: {key} is compared with a text, a number, true, false or null")
            : one?.DeepClone();

        JsonArray List() => value is JsonArray list ? new([.. list.Select(Operand)]) : throw new Mem0Refusal(400, $"filters: {key}.{name} takes a list");
        return name switch
        {
            "eq" => new() { [field] = new JsonObject { ["$eq"] = Operand(value) } },
            // Soma's $ne is true where the field is absent, and mem0's is not.
            "ne" => new() { ["$and"] = new JsonArray(Exists(field), new JsonObject { [field] = new JsonObject { ["$ne"] = Operand(value) } }) },
            "in" => new() { [field] = new JsonObject { ["$in"] = List() } },
            "nin" => new() { ["$and"] = new JsonArray(Exists(field), new JsonObject { [field] = new JsonObject { ["$nin"] = List() } }) },
            "contains" when !isEntity => new() { [field] = new JsonObject { ["$contains"] = Operand(value) } },
            "icontains" => throw new Mem0Refusal(501, $"filters: {key}.icontains is not served, because filters know the case of letters; use contains"),
            _ when !isEntity && _orders.Contains(name) => new() { [field] = new JsonObject { [$"${name}"] = Operand(value) } },
            _ => throw new Mem0Refusal(400, $"filters: {name} is not an operator of {key}"),
        };
    }
}
