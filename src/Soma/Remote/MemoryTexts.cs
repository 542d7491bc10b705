using System.Text.Encodings.Web;

namespace Soma.Remote;

/// <summary>How a memory is shown to a person.</summary>
internal static class MemoryTexts
{
    private static readonly string[] TextFields = ["text", "content", "summary"];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string[] ListTitles { get; } = ["KEY", "TYPE", "IMPORTANCE", "UPDATED", "TEXT"];

    public static string[] HitTitles { get; } = ["SCORE", "RELEVANCE", "KEY", "TEXT"];

    public static string[] InList(JsonElement memory) =>
        [Member(memory, "coord"), Member(memory, "memory_type"), Member(memory, "importance"), ShortTime(Member(memory, "updated_at")), TextOf(memory)];

    public static string[] AsHit(JsonElement hit) => [Rounded(hit, "score"), Rounded(hit, "relevance"), Member(hit, "coord"), TextOf(hit)];

    /// <summary>All of a memory, its payload last.</summary>
    public static string Whole(JsonElement memory) => AnswerWriter.Facts(
        ("key", Member(memory, "coord")),
        ("type", Member(memory, "memory_type")),
        ("importance", Member(memory, "importance")),
        ("version", $"{Member(memory, "version")}, seq {Member(memory, "seq")}"),
        ("created", ShortTime(Member(memory, "created_at"))),
        ("updated", ShortTime(Member(memory, "updated_at"))),
        ("expires", memory.TryGetProperty("expires_at", out var end) && end.ValueKind == JsonValueKind.String ? end.GetString() : null))
        + "\n" + JsonSerializer.Serialize(memory.GetProperty("payload"), Indented);

    /// <summary>A member as text; empty if it is null or missing.</summary>
    public static string Member(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.Null ? "" : value.ToString() : "";

    public static string Rounded(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble().ToString("0.000", CultureInfo.InvariantCulture) : "";

    /// <summary>A time to the second, in UTC.</summary>
    public static string ShortTime(string time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) ? parsed.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : time;

    private static string TextOf(JsonElement memory)
    {
        if (!memory.TryGetProperty("payload", out var payload))
        {
            return "";
        }

        var field = Array.Find(TextFields, name => payload.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String);
        return (field is null ? payload.GetRawText() : payload.GetProperty(field).GetString() ?? "").ReplaceLineEndings(" ");
    }
}
