namespace Soma.Gateway.Answers;

/// <summary>
/// A memory that shows the members of its payload beside those of the envelope, as SomaFractalMemory's first clients read them:
/// <c>{"title":"x","coord":"1.0","payload":{"title":"x"},…}</c>.
/// </summary>
/// <param name="Payload">The payload as stored.</param>
/// <param name="Envelope">The record that is written after the payload's members.</param>
/// <param name="HasId">Whether the envelope has an <c>id</c>. If not, an <c>id</c> of the payload is shown.</param>
internal readonly record struct Flat<T>(ReadOnlyMemory<byte> Payload, T Envelope, bool HasId);

/// <summary>Writes the payload's members, then the envelope's. A payload's member with a name of the envelope is left out.</summary>
internal sealed class FlatConverter<T> : WriteOnlyConverter<Flat<T>>
{
    private static readonly HashSet<string> EnvelopeKeys = new(StringComparer.Ordinal)
    {
        "coord", "coordinate", "payload", "memory_type", "importance", "importance_norm", "access_count", "metadata",
        "created_at", "updated_at", "timestamp", "expires_at", "version", "seq", "embedding_source",
        // Only hits of a search have these.
        "score", "explain", "embedding",
    };

    public override void Write(Utf8JsonWriter writer, Flat<T> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        WriteMembers(writer, value.Payload.Span, value.HasId);
        // The envelope is rendered as an object. Its members, without the braces, complete this object.
        var envelope = JsonSerializer.SerializeToUtf8Bytes(value.Envelope, AnswerJson.Of<T>());
        writer.WriteRawValue(envelope.AsSpan(1, envelope.Length - 2), skipInputValidation: true);
        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, ReadOnlySpan<byte> payload, bool hasId)
    {
        var members = new PayloadMembers(payload);
        while (members.MoveNext())
        {
            var name = members.Name;
            if (!EnvelopeKeys.Contains(name) && !(hasId && name == "id"))
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(members.Value, skipInputValidation: true);
            }
        }
    }
}

/// <summary>Enumerates the members of a payload's top level. Their values are the stored bytes.</summary>
internal ref struct PayloadMembers
{
    private readonly ReadOnlySpan<byte> _payload;
    private Utf8JsonReader _reader;
    private Utf8JsonReader _name;

    public PayloadMembers(ReadOnlySpan<byte> payload)
    {
        _payload = payload;
        _reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = 256 });
        _reader.Read();
    }

    public readonly string Name => _name.GetString() ?? "";

    public ReadOnlySpan<byte> Value { get; private set; }

    public bool MoveNext()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.PropertyName)
        {
            return false;
        }

        _name = _reader;
        _reader.Read();
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        Value = _payload[start..(int)_reader.BytesConsumed];
        return true;
    }

    /// <summary>
    /// The raw value of a member; empty if it is missing or null. If a name stands there twice, the last value counts, as in most JSON
    /// parsers.
    /// </summary>
    public static ReadOnlyMemory<byte> Find(byte[] payload, ReadOnlySpan<byte> name)
    {
        ReadOnlyMemory<byte> found = default;
        var members = new PayloadMembers(payload);
        while (members.MoveNext())
        {
            if (members._name.ValueTextEquals(name))
            {
                var end = (int)members._reader.BytesConsumed;
                found = members._reader.TokenType == JsonTokenType.Null ? default : payload.AsMemory()[(end - members.Value.Length)..end];
            }
        }

        return found;
    }
}
