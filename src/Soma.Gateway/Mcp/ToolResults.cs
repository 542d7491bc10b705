using ModelContextProtocol.Protocol;

namespace Soma.Gateway.Mcp;

// What tools answer, as the output schemas show it. Ids are key texts: an id of the caller's begins with @, and without one it is a
// coordinate such as 1.0,2.0.

internal sealed record Remembered(
    [property: Description("The memory's id, for get, update, forget and link.")] string Id,
    [property: Description("1 for a new memory, then one more with each change.")] long Version,
    [property: Description("false if an equal memory was there already: id is that one's.")] bool Stored);

internal sealed record Forgotten(string Id, [property: Description("false if there was no such memory.")] bool Deleted);

internal sealed record Linked(string From, string To, string Type, double Strength);

internal sealed record MemoryView(
    string Id,
    string Text,
    [property: Description("When it was stored or last changed, ISO-8601 UTC.")] string Date,
    [property: Description("0–1, the chance that it has to do with the query; absent where nothing was asked.")] double? Relevance = null,
    [property: Description("The whole payload, if it says more than the text.")] Dictionary<string, JsonElement>? Data = null);

internal sealed record Recalled(
    [property: Description("Best first.")] IReadOnlyList<MemoryView> Memories,
    [property: Description("true if memories may be missing, because a part of the service was away.")] bool Degraded);

internal sealed record OneMemoryView(MemoryView Memory, double Importance, long Version, string Created, string? Expires = null);

internal sealed record MemoryViews(IReadOnlyList<MemoryView> Memories, [property: Description("For the next page; absent on the last.")] string? NextCursor = null);

internal sealed record NeighborView(string Id, string Type, [property: Description("out: the link leads there; in: it comes from there.")] string Direction, double Strength, int Hops);

internal sealed record Neighborhood(string Id, IReadOnlyList<NeighborView> Neighbors);

internal sealed record VersionView(long Version, [property: Description("stored or deleted.")] string Change, string Date, [property: Description("Absent if it was deleted, compacted or purged.")] string? Text = null);

internal sealed record VersionsView(string Id, [property: Description("Newest first.")] IReadOnlyList<VersionView> Versions, string? NextCursor = null);

internal sealed record NamespaceStats(string Namespace, long Memories, [property: Description("Payloads, texts and brought vectors.")] long Bytes, [property: Description("How many changes were ever made.")] long Changes);

/// <summary>Makes the result of a tool: text that a model reads, and the same as JSON that a program reads.</summary>
internal static class ToolResult
{
    public static CallToolResult Of<T>(T answer, string? text = null) => new()
    {
        Content = [new TextContentBlock { Text = text ?? JsonSerializer.Serialize(answer, McpJson.Indented) }],
        StructuredContent = JsonSerializer.SerializeToElement(answer, McpJson.Options),
    };

    public static CallToolResult Refused(string why) => new() { IsError = true, Content = [new TextContentBlock { Text = why }] };
}

/// <summary>What is shown of a memory.</summary>
internal static class MemoryTexts
{
    private static readonly byte[][] _textFields = ["text"u8.ToArray(), "content"u8.ToArray(), "summary"u8.ToArray()];

    public static MemoryView View(MemoryRecord memory, double? relevance = null)
    {
        var text = TextOf(memory.Payload, out var isAll);
        return new MemoryView(
            memory.Coordinate.Text, text, Date(memory.UpdatedAt), relevance is { } chance ? Math.Round(chance, 2) : null,
            isAll ? null : JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(memory.Payload));
    }

    public static OneMemoryView Whole(MemoryRecord memory) =>
        new(View(memory), memory.Importance, memory.Version, Date(memory.CreatedAt), memory.ExpiresAt is { } end ? Date(end) : null);

    /// <summary>A memory as one line, such as <c>[@kettle] 2026-11-02 09:30, relevance 0.91: The kettle is in the blue cupboard</c>.</summary>
    public static string Line(MemoryView memory) => memory.Relevance is { } relevance
        ? string.Create(CultureInfo.InvariantCulture, $"[{memory.Id}] {memory.Date}, relevance {relevance:0.00}: {memory.Text}")
        : $"[{memory.Id}] {memory.Date}: {memory.Text}";

    public static string Date(Instant at) => at.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);

    /// <summary>The payload's text, content or summary; without one the payload as it is.</summary>
    public static string TextOf(byte[] payload, out bool isAll)
    {
        using var document = JsonDocument.Parse(payload);
        foreach (var field in _textFields)
        {
            if (document.RootElement.TryGetProperty(field, out var text) && text.ValueKind == JsonValueKind.String)
            {
                isAll = document.RootElement.EnumerateObject().Count() == 1;
                return text.GetString() ?? "";
            }
        }

        isAll = true;
        return Encoding.UTF8.GetString(payload);
    }
}
