namespace Soma.Gateway.Mem0;

/// <summary>The users, agents, apps and runs that memories belong to. Each is a field of the payload, so that filters find it.</summary>
internal static class Mem0Entities
{
    private const char Mark = '=';

    /// <summary>mem0's names of the types, with the fields that hold their ids.</summary>
    public static IReadOnlyList<(string Type, string Field)> All { get; } = [("user", "user_id"), ("agent", "agent_id"), ("app", "app_id"), ("run", "run_id")];

    public static bool IsField(string name) => All.Any(entity => entity.Field == name);

    /// <exception cref="Mem0Refusal">There is no such type.</exception>
    public static string FieldOf(string type) => All.FirstOrDefault(entity => entity.Type == type).Field
        ?? throw new Mem0Refusal(400, "The type of an entity is user, agent, app or run");

    /// <summary>
    /// The text that is stored for an id. Filters compare texts that are ISO-8601 times as moments, and two ids that name one moment would
    /// be one entity; a mark in front of such an id makes it a plain text.
    /// </summary>
    public static string ToStored(string id) => id.StartsWith(Mark) || (id.Length > 0 && char.IsAsciiDigit(id[0])) ? Mark + id : id;

    public static string FromStored(string text) => text.StartsWith(Mark) ? text[1..] : text;

    /// <summary>An id as clients send it: a text, or a number.</summary>
    public static string? Read(JsonNode? node, string field) => node switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>() is { Length: > 0 } text ? text : null,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => value.ToJsonString(),
        _ => throw new Mem0Refusal(400, $"{field} is a text"),
    };

    /// <summary>The condition that a memory belongs to an entity; <c>*</c>: to any of its type.</summary>
    public static JsonObject Is(string field, string id) => new() { [field] = id == "*" ? new JsonObject { ["$exists"] = true } : new JsonObject { ["$eq"] = ToStored(id) } };
}
