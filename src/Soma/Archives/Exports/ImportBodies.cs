using System.Text.Encodings.Web;

namespace Soma.Archives.Exports;

/// <summary>Makes request bodies of the rows of a log.</summary>
internal static class ImportBodies
{
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Memory(LogRow row) => Write(json =>
    {
        json.WriteString("coord", row.Coordinate.Text);
        json.WriteString("memory_type", row.Type.ToName());
        json.WriteNumber("importance", row.Importance);
        if (row.ExpiresAt is { } end)
        {
            json.WriteString("expires_at", ExportFormat.Time(end));
        }

        if (row.Text is { } text)
        {
            json.WriteString("text", text);
        }

        if (row.BroughtVector is { } vector)
        {
            json.WriteBase64String("embedding", vector);
        }

        json.WritePropertyName("payload");
        json.WriteRawValue(row.Payload, skipInputValidation: true);
    });

    public static byte[] Batch(IEnumerable<ImportItem> items) => Write(json =>
    {
        json.WriteStartArray("items");
        foreach (var item in items)
        {
            json.WriteRawValue(item.Json, skipInputValidation: true);
        }

        json.WriteEndArray();
    });

    public static byte[] Link(LogRow row) => Write(json =>
    {
        json.WriteString("from_coord", row.Coordinate.Text);
        json.WriteString("to_coord", row.Link?.To.Text);
        json.WriteString("link_type", row.Link?.Type);
        if (row.Op == LogOp.Link)
        {
            json.WriteNumber("strength", row.Strength);
            if (row.Metadata is { } metadata)
            {
                json.WritePropertyName("metadata");
                json.WriteRawValue(metadata, skipInputValidation: true);
            }
        }
    });

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return memory.ToArray();
    }
}
