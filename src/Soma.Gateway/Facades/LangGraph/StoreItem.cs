using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;

namespace Soma.Gateway.LangGraph;

/// <summary>
/// An item of LangGraph's store as it is kept: the same memory under the same id as the stores of the libraries for Python and TypeScript
/// write, so that each reads what the other has put. <c>clients/langgraph-ids.json</c> holds examples, which all three are tested with.
/// </summary>
internal sealed record StoreItem
{
    private const int LongestId = 512;
    private static readonly JsonWriterOptions _writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public required RawJson Namespace { get; init; }

    public required RawJson Key { get; init; }

    public required RawJson Value { get; init; }

    public required Instant CreatedAt { get; init; }

    public required Instant UpdatedAt { get; init; }

    /// <summary>Left out where no query has found the item.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Score { get; init; }

    /// <summary>Null if the memory is no item.</summary>
    public static StoreItem? Of(MemoryRecord memory, double? score = null)
    {
        var (labels, key, value) = (
            PayloadMembers.Find(memory.Payload, "namespace"u8), PayloadMembers.Find(memory.Payload, "key"u8), PayloadMembers.Find(memory.Payload, "value"u8));
        return labels.Span is [(byte)'[', ..] && key.Span is [(byte)'"', ..] && value.Span is [(byte)'{', ..]
            ? new StoreItem
            {
                Namespace = new RawJson(labels),
                Key = new RawJson(key),
                Value = new RawJson(value),
                CreatedAt = memory.CreatedAt,
                UpdatedAt = memory.UpdatedAt,
                Score = score,
            }
            : null;
    }

    /// <summary>The labels of an item's namespace; null if the memory is no item.</summary>
    public static string[]? LabelsOf(MemoryRecord memory)
    {
        var json = PayloadMembers.Find(memory.Payload, "namespace"u8);
        return !json.IsEmpty && JsonNode.Parse(json.Span) is JsonArray labels && labels.All(label => label?.GetValueKind() == JsonValueKind.String)
            ? [.. labels.Select(label => label!.GetValue<string>())]
            : null;
    }

    /// <summary>Labels joined so that no two namespaces give the same text. The text of no labels is <c>/</c>, which every item has.</summary>
    public static string PrefixText(IEnumerable<string> labels) => $"/{string.Concat(labels.Select(label => $"{Quote(label)}/"))}";

    /// <summary>Percent-encodes all but letters, digits and <c>-._~</c>, as Python's <c>quote</c> does.</summary>
    public static string Quote(string text) => Uri.EscapeDataString(text);

    public static Coordinate KeyOf(IEnumerable<string> labels, string key)
    {
        var id = $"store{PrefixText(labels)}{Quote(key)}";
        // An id has at most 512 bytes; this one is ASCII. A longer one is named by its digest.
        return Coordinate.FromCanonical(Coordinate.IdMark + (id.Length <= LongestId ? id : $"store#{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(id)))}"));
    }

    /// <summary>The memory of an item.</summary>
    /// <exception cref="StoreRefusal">The texts of the index cannot be stored.</exception>
    public static PutMemory MemoryOf(ItemForm item)
    {
        var text = TextPaths.Read(item.Value, item.Index);
        return new PutMemory
        {
            Coordinate = KeyOf(item.Labels, item.Key),
            Payload = PayloadOf(item, isIndexed: text is not null),
            Type = MemoryType.Episodic,
            Importance = 1,
            Text = text,
            Expiry = item.Ttl is { } minutes ? new Expiry { After = TimeSpan.FromMinutes(minutes) } : default,
        };
    }

    /// <summary>The patch that begins an item's lifetime anew; null if the item has none.</summary>
    public static PatchMemory? Refresh(MemoryRecord memory)
    {
        var ttl = PayloadMembers.Find(memory.Payload, "ttl"u8);
        return memory.ExpiresAt is not null
            && double.TryParse(ttl.Span, NumberStyles.Float, CultureInfo.InvariantCulture, out var minutes)
            && minutes > 0 && minutes < TimeSpan.MaxValue.TotalMinutes
            ? new PatchMemory
            {
                Coordinate = memory.Coordinate,
                Condition = new Precondition { Seq = memory.Seq },
                ChangesExpiry = true,
                Expiry = new Expiry { After = TimeSpan.FromMinutes(minutes) },
            }
            : null;
    }

    /// <summary>The payload. <c>prefixes</c> comes first, because every search asks for it and the index holds what comes first.</summary>
    private static byte[] PayloadOf(ItemForm item, bool isIndexed)
    {
        var buffer = new ArrayBufferWriter<byte>(item.Value.Length + 512);
        using (var writer = new Utf8JsonWriter(buffer, _writing))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("prefixes");
            for (var depth = 0; depth <= item.Labels.Count; depth++)
            {
                writer.WriteStringValue(PrefixText(item.Labels.Take(depth)));
            }

            writer.WriteEndArray();
            writer.WriteStartArray("namespace");
            foreach (var label in item.Labels)
            {
                writer.WriteStringValue(label);
            }

            writer.WriteEndArray();
            writer.WriteString("key", item.Key);
            writer.WritePropertyName("value");
            writer.WriteRawValue(item.Value, skipInputValidation: true);
            writer.WriteBoolean("indexed", isIndexed);
            if (item.Ttl is { } minutes)
            {
                writer.WriteNumber("ttl", minutes);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

internal sealed record StoreItemPage(StoreItem[] Items);

internal sealed record StoreNamespacePage(string[][] Namespaces);
