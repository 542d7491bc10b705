using System.Buffers;
using System.Text.Encodings.Web;

namespace Soma.Grains.Engine.Committing;

/// <summary>
/// JSON merge patch (RFC 7396): null removes a member, an object is merged into the member's object, and any other value replaces it.
/// Example: <c>{"a":null,"b":{"c":2}}</c> applied to <c>{"a":1,"b":{"d":3}}</c> gives <c>{"b":{"d":3,"c":2}}</c>.
/// </summary>
internal static class MergePatch
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Applies a patch object to a target object, both UTF-8; untouched members keep their text and order.</summary>
    public static byte[] Apply(ReadOnlyMemory<byte> target, ReadOnlyMemory<byte> patch)
    {
        using var targetDocument = JsonDocument.Parse(target);
        using var patchDocument = JsonDocument.Parse(patch);
        var buffer = new ArrayBufferWriter<byte>(target.Length + patch.Length);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            WriteMerged(json, targetDocument.RootElement, patchDocument.RootElement);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteMerged(Utf8JsonWriter json, JsonElement target, JsonElement patch)
    {
        var changes = LastValues(patch);
        json.WriteStartObject();
        foreach (var (name, value) in LastValues(target))
        {
            if (!changes.Remove(name, out var change))
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value.GetRawText(), skipInputValidation: true);
            }
            else if (change.ValueKind != JsonValueKind.Null)
            {
                json.WritePropertyName(name);
                WriteChanged(json, value, change);
            }
        }

        foreach (var (name, value) in changes.Where(change => change.Value.ValueKind != JsonValueKind.Null))
        {
            json.WritePropertyName(name);
            WriteChanged(json, default, value);
        }

        json.WriteEndObject();
    }

    // If a member occurs twice, the last one counts, as in JSON readers that read objects into maps.
    private static Dictionary<string, JsonElement> LastValues(JsonElement element)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            members[member.Name] = member.Value;
        }

        return members;
    }

    private static void WriteChanged(Utf8JsonWriter json, JsonElement target, JsonElement change)
    {
        if (change.ValueKind != JsonValueKind.Object)
        {
            json.WriteRawValue(change.GetRawText(), skipInputValidation: true);
        }
        else if (target.ValueKind == JsonValueKind.Object)
        {
            WriteMerged(json, target, change);
        }
        else
        {
            // If the member holds no object, the patch object is merged into an empty one, so that its nulls are dropped.
            using var empty = JsonDocument.Parse("{}");
            WriteMerged(json, empty.RootElement, change);
        }
    }
}
