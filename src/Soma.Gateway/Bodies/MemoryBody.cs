using System.Text.Json;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Bodies;

/// <summary>The body of <c>POST /memories</c>, which is also an item of a batch.</summary>
internal static class MemoryBody
{
    public static MemoryFields ReadMembers(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, FieldErrors errors) =>
        Read(ref reader, body, errors, FieldScope.Body);

    public static MemoryFields Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, FieldErrors errors, FieldScope scope)
    {
        var fields = new MemoryFields();
        var expiry = new ExpiryFields();
        byte[]? alias = null;
        Coordinate? id = null;
        var hasPayload = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "coord"u8))
            {
                var field = new Field(errors, scope, "coord");
                fields.Coordinate = QueryFields.ParseCoordinate(JsonFields.ReadString(ref reader, field), field);
            }
            else if (Is(ref reader, "id"u8))
            {
                var field = new Field(errors, scope, "id");
                id = QueryFields.ParseId(JsonFields.ReadString(ref reader, field), field);
            }
            else if (Is(ref reader, "payload"u8))
            {
                hasPayload = reader.TokenType != JsonTokenType.Null;
                ReadPayload(ref reader, body, new Field(errors, scope, "payload"), fields);
            }
            else if (Is(ref reader, "memory_type"u8))
            {
                fields.Type = JsonFields.ReadMemoryType(ref reader, new Field(errors, scope, "memory_type")) ?? MemoryType.Episodic;
            }
            else if (Is(ref reader, "importance"u8))
            {
                fields.Importance = JsonFields.ReadNumber(ref reader, new Field(errors, scope, "importance"));
            }
            else if (Is(ref reader, "embedding"u8))
            {
                fields.Vector = VectorFields.ReadVector(ref reader, new Field(errors, scope, "embedding"));
            }
            else if (Is(ref reader, "vector"u8))
            {
                alias = VectorFields.ReadVector(ref reader, new Field(errors, scope, "vector"));
            }
            else if (Is(ref reader, "text"u8))
            {
                fields.Text = JsonFields.ReadStorableString(ref reader, new Field(errors, scope, "text"));
            }
            else if (Is(ref reader, "tenant_id"u8))
            {
                fields.Tenant = JsonFields.ReadString(ref reader, new Field(errors, scope, "tenant_id"));
            }
            else if (!expiry.TryRead(ref reader, errors, scope))
            {
                Ignore(ref reader);
            }
        }

        if (!hasPayload)
        {
            new Field(errors, scope, "payload").IsMissing();
        }

        if (id is not null && fields.Coordinate is not null)
        {
            new Field(errors, scope, "id").IsWrong("Give id or coord, not both", "conflict");
        }

        fields.Coordinate ??= id;
        fields.Vector ??= alias;
        fields.Expiry = expiry.Resolve(errors, scope);
        return fields;
    }

    /// <summary>Whether the property is <paramref name="name"/>; if so, the reader moves on to its value.</summary>
    public static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read();

    /// <summary>Passes over a property that nobody here knows.</summary>
    public static void Ignore(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    /// <summary>One walk: checks the payload, finds its end and its <c>importance</c>. The bytes are kept as they came.</summary>
    private static void ReadPayload(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, Field field, MemoryFields fields)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            JsonFields.ReadObject(ref reader, body, field);
            return;
        }

        var start = (int)reader.TokenStartIndex;
        var depth = reader.CurrentDepth;
        var deepest = depth + 1;
        while (reader.Read() && (reader.TokenType != JsonTokenType.EndObject || reader.CurrentDepth > depth))
        {
            if (reader.CurrentDepth == depth + 1 && Is(ref reader, "importance"u8))
            {
                fields.PayloadImportance = FiniteNumber(ref reader);
            }

            deepest = Math.Max(deepest, JsonFields.LevelOf(ref reader));
        }

        fields.Payload = JsonFields.CheckDepth(deepest - depth, field) ? body[start..(int)reader.BytesConsumed].ToArray() : [];
    }

    private static double? FiniteNumber(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;
}
