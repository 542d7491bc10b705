using System.Security.Cryptography;

namespace Soma.Gateway.Mem0;

/// <summary>
/// How a memory of mem0 is kept: its id is a UUID, and its payload holds the text, the entities that it belongs to, the metadata, and the id of
/// the event that stored it, which is the id of the first memory of that request.
/// </summary>
internal static class Mem0Memory
{
    public const string Text = "text";
    public const string Event = "event_id";
    public const string Metadata = "metadata";
    public const string Expiration = "expiration_date";

    // As Soma shows times, to the microsecond.
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.ffffff+00:00";

    /// <exception cref="Mem0Refusal">The text is no UUID.</exception>
    public static Coordinate KeyOf(string? id) => Guid.TryParseExact(id, "D", out var guid)
        ? Coordinate.FromCanonical(Coordinate.IdMark + guid.ToString())
        : throw new Mem0Refusal(400, "The id of a memory is a UUID");

    public static JsonObject PayloadOf(byte[] payload) => JsonNode.Parse(payload) as JsonObject ?? [];

    public static JsonObject View(MemoryRecord memory)
    {
        var payload = PayloadOf(memory.Payload);
        var text = TextOf(payload);
        var view = new JsonObject
        {
            ["id"] = memory.Coordinate.Id,
            ["memory"] = text,
            ["hash"] = HashOf(text),
        };
        Describe(payload, view);
        view["created_at"] = CreatedAt(payload, memory.CreatedAt);
        view["updated_at"] = Time(memory.UpdatedAt);
        view[Expiration] = payload[Expiration]?.DeepClone();
        return view;
    }

    /// <summary>The versions of a memory as mem0's changes, oldest first.</summary>
    public static JsonArray History(string id, IEnumerable<HistoryEntry> newestFirst)
    {
        var changes = new JsonArray();
        string? last = null;
        foreach (var entry in newestFirst.Reverse())
        {
            var payload = entry.Payload is null ? [] : PayloadOf(entry.Payload);
            var text = entry.Payload is null ? null : TextOf(payload);
            var change = new JsonObject
            {
                ["id"] = string.Create(CultureInfo.InvariantCulture, $"{id}:{entry.Seq}"),
                ["memory_id"] = id,
                ["old_memory"] = last,
                ["new_memory"] = text,
                ["event"] = entry.IsDelete ? "DELETE" : entry.Version == 1 || last is null ? "ADD" : "UPDATE",
                ["is_deleted"] = entry.IsDelete,
                ["by"] = entry.By ?? Writers.Root,
            };
            Describe(payload, change);
            change["created_at"] = CreatedAt(payload, entry.IsDelete ? entry.At : entry.CreatedAt);
            change["updated_at"] = Time(entry.At);
            changes.Add(change);
            last = text;
        }

        return changes;
    }

    public static string Time(Instant at) => at.ToDateTimeOffset().UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static string TextOf(JsonObject payload) => payload[Text] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static void Describe(JsonObject payload, JsonObject view)
    {
        foreach (var (_, field) in Mem0Entities.All)
        {
            view[field] = payload[field] is JsonValue value && value.TryGetValue<string>(out var id) ? Mem0Entities.FromStored(id) : null;
        }

        // Searches of the platform call it run_id, and all else session_id.
        view["session_id"] = view["run_id"]?.DeepClone();
        foreach (var field in (ReadOnlySpan<string>)[Metadata, "categories", "role", "actor_id"])
        {
            view[field] = payload[field]?.DeepClone();
        }
    }

    private static string CreatedAt(JsonObject payload, Instant stored) =>
        payload["timestamp"] is JsonValue value && value.TryGetValue<double>(out var seconds) ? Time(new Instant((long)(seconds * Instant.MicrosecondsPerSecond))) : Time(stored);

#pragma warning disable CA5351 // mem0's server shows the MD5 of a memory's text as its hash. Nothing is protected by it.
    private static string HashOf(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351
}
