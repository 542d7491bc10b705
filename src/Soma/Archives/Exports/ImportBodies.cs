namespace Soma.Archives.Exports;

/// <summary>Makes request bodies of the rows of a log.</summary>
internal static class ImportBodies
{
    public static byte[] Memory(LogRow row) => Write(json =>
    {
        json.WriteString("coord", row.Coordinate.Text);
        json.WriteString("memory_type", row.Memory.Type.ToName());
        json.WriteNumber("importance", row.Memory.Importance);
        if (row.Memory.ExpiresAt is { } end)
        {
            json.WriteString("expires_at", ExportFormat.Time(end));
        }
        else
        {
            // Never, as it was exported, whatever lifetime the namespace gives to memories that name none.
            json.WriteNull("expires_at");
        }

        if (row.Memory.Text is { } text)
        {
            json.WriteString("text", text);
        }

        if (row.Memory.BroughtVector is { } vector)
        {
            json.WriteBase64String("embedding", vector);
        }

        json.WriteRaw("payload", row.Payload);
    });

    public static byte[] Batch(IEnumerable<byte[]> items) => Write(json =>
    {
        json.WriteStartArray("items");
        foreach (var item in items)
        {
            json.WriteRawValue(item, skipInputValidation: true);
        }

        json.WriteEndArray();
    });

    public static byte[] Link(LogRow row) => Write(json =>
    {
        json.WriteString("from_coord", row.Coordinate.Text);
        json.WriteString("to_coord", row.Link?.Key.To.Text);
        json.WriteString("link_type", row.Link?.Key.Type);
        if (row is { Op: LogOp.Link, Link: { } link })
        {
            json.WriteNumber("strength", link.Strength);
            if (link.Metadata is { } metadata)
            {
                json.WriteRaw("metadata", metadata);
            }
        }
    });

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, ExportFormat.Writing))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return memory.ToArray();
    }
}
