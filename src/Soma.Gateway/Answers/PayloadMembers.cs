using System.Text.Json;

namespace Soma.Gateway.Answers;

/// <summary>Looks into a payload's top level; what it finds is given on as the bytes that were stored.</summary>
internal static class PayloadMembers
{
    private static readonly HashSet<string> EnvelopeKeys = new(StringComparer.Ordinal)
    {
        "coord", "coordinate", "payload", "memory_type", "importance", "importance_norm", "access_count", "metadata",
        "created_at", "updated_at", "timestamp", "expires_at", "version", "seq", "embedding_source",
        // Of a search's hits.
        "score", "explain", "embedding",
    };

    /// <summary>The raw value of a member; empty where it is missing or null. Of several, the last counts, as it does to most readers.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> name)
    {
        Range found = default;
        var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = 256 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            var value = SkipValue(ref reader);
            if (isIt)
            {
                found = reader.TokenType == JsonTokenType.Null ? default : value;
            }
        }

        return payload[found];
    }

    /// <summary>Writes the payload's members beside the envelope's; one that has an envelope's name is left out.</summary>
    /// <param name="writer">Where the envelope's object was begun.</param>
    /// <param name="payload">The payload as stored.</param>
    /// <param name="hasId">Whether the envelope has an <c>id</c>; beside one that has none, the payload's own shows.</param>
    public static void WriteBesideEnvelope(Utf8JsonWriter writer, ReadOnlySpan<byte> payload, bool hasId)
    {
        var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = 256 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString() ?? "";
            var value = SkipValue(ref reader);
            if (!EnvelopeKeys.Contains(name) && !(hasId && name == "id"))
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(payload[value], skipInputValidation: true);
            }
        }
    }

    private static Range SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }
}
