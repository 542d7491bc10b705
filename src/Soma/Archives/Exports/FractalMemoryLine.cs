using System.Runtime.InteropServices;

namespace Soma.Archives.Exports;

/// <summary>
/// A record of SomaFractalMemory. In the oldest records the fields of the payload stand beside those of the record; later records
/// have a member <c>payload</c>, as the tables do.
/// </summary>
internal readonly struct FractalMemoryLine(JsonElement line, long number)
{
    private const string DefaultLinkType = "related";

    // The fields that SomaFractalMemory adds to a flat record. A timestamp stays in the payload, because the caller may have set it.
    private static readonly HashSet<string> OwnFields = ["memory_type", "coordinate", "importance_norm", "access_count", "links"];

    // The fields of a record that has a member payload.
    private static readonly HashSet<string> EnvelopeFields =
    [
        .. OwnFields, "payload", "_tenant", "tenant", "namespace", "timestamp", "coordinate_key", "coord", "importance", "metadata", "created_at",
        "updated_at", "last_accessed", "id", "is_deleted", "deleted_at", "embedding_source",
    ];

    public LineFields Fields { get; } = new(line, number);

    public bool IsDeleted => Fields.Find("is_deleted") is { ValueKind: JsonValueKind.True };

    public bool IsLink => Fields.Has("from_coordinate") || Fields.Has("from_coordinate_key");

    public (string? Tenant, string? Namespace) Origin => IsNested || IsLink
        ? (TextOrNull("tenant") ?? TextOrNull("_tenant"), TextOrNull("namespace"))
        : default;

    public Coordinate Coordinate => CoordinateOf("coordinate") ?? CoordinateOf("coordinate_key") ?? CoordinateOf("coord")
        ?? throw Fields.Wrong("a memory without a coordinate");

    public MemoryType Type => Fields.MemoryType("memory_type");

    /// <summary>The payload's importance comes first: SomaFractalMemory did not copy it to the record, where it stayed 0.</summary>
    public double Importance => NumberOrNull(IsNested ? Fields.Find("payload") : line, "importance")
        ?? (NumberOrNull(line, "importance") is { } own && own != 0 ? own : 1);

    public Instant? CreatedAt => TimeOf("created_at") ?? TimeOf("timestamp");

    // A flat record may have a field of the caller that is called payload. Then it also has fields that a record with a payload never has.
    private bool IsNested => Fields.Find("payload") is { ValueKind: JsonValueKind.Object } && line.EnumerateObject().All(member => EnvelopeFields.Contains(member.Name));

    private JsonElement? Metadata =>
        Fields.Find("metadata") is { ValueKind: JsonValueKind.Object } metadata && metadata.EnumerateObject().Any() ? metadata : null;

    public byte[] Payload() => !IsNested ? Gather(line, OwnFields, null)
        : Metadata is { } metadata && Fields.Find("payload") is { } payload && !payload.TryGetProperty("metadata", out _)
            ? Gather(payload, [], metadata)
        : Fields.Json("payload") ?? [];

    /// <summary>The links in a flat record.</summary>
    public IReadOnlyList<LinkRow> Links(Coordinate from)
    {
        var rows = new List<LinkRow>();
        foreach (var element in Fields.Find("links") is { ValueKind: JsonValueKind.Array } links ? links.EnumerateArray() : default)
        {
            var link = new FractalMemoryLine(element, number);
            var to = link.CoordinateOf("to") ?? throw Fields.Wrong("a link without an end");
            rows.Add(new LinkRow(new LinkKey(from, to, link.TextOrNull("type") ?? DefaultLinkType), link.Strength("weight"), null, 0));
        }

        return rows;
    }

    public LinkRow Link() => new(
        new LinkKey(
            CoordinateOf("from_coordinate") ?? CoordinateOf("from_coordinate_key") ?? throw Fields.Wrong("a link without a start"),
            CoordinateOf("to_coordinate") ?? CoordinateOf("to_coordinate_key") ?? throw Fields.Wrong("a link without an end"),
            TextOrNull("link_type") ?? DefaultLinkType),
        Strength("strength"),
        Metadata is null ? null : Fields.Json("metadata"),
        0);

    private double Strength(string name) => NumberOrNull(line, name) switch
    {
        null => 1,
        < 0 => throw Fields.Wrong($"{name} is below 0"),
        { } strength => strength,
    };

    private static double? NumberOrNull(JsonElement? holder, string name) =>
        holder is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;

    private string? TextOrNull(string name) => Fields.Find(name) is { ValueKind: JsonValueKind.String } ? Fields.Text(name) : null;

    private Coordinate? CoordinateOf(string name)
    {
        var text = Fields.Find(name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } => Fields.Text(name),
            { ValueKind: JsonValueKind.Array } numbers => string.Join(',', numbers.EnumerateArray().Select(element => element.GetRawText())),
            _ => "",
        };
        return text is null ? null
            : Grains.Interfaces.Coordinate.TryParse(text, out var coordinate, out var problem) ? coordinate
            : throw Fields.Wrong($"{name} names no memory ({problem})");
    }

    private Instant? TimeOf(string name) => Fields.Find(name) switch
    {
        { ValueKind: JsonValueKind.String } => ExportFormat.ParseTime(Fields.Text(name)) ?? SecondsOf(Fields.Text(name)),
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var seconds) => OfSeconds(seconds),
        _ => null,
    };

    private static Instant? SecondsOf(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? OfSeconds(seconds) : null;

    // A number outside 1970 to 9999 is not a time in seconds.
    private static Instant? OfSeconds(double seconds) =>
        seconds is >= 0 and < 253_402_300_799 ? new Instant((long)Math.Round(seconds * Instant.MicrosecondsPerSecond)) : null;

    /// <summary>Makes a payload of an object's fields, without some of them, and with metadata that would otherwise be lost.</summary>
    private static byte[] Gather(JsonElement holder, HashSet<string> without, JsonElement? metadata)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            foreach (var field in holder.EnumerateObject().Where(field => !without.Contains(field.Name)))
            {
                json.WriteRaw(field.Name, JsonMarshal.GetRawUtf8Value(field.Value));
            }

            if (metadata is { } kept)
            {
                json.WriteRaw("metadata", JsonMarshal.GetRawUtf8Value(kept));
            }

            json.WriteEndObject();
        }

        return memory.ToArray();
    }
}
