using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Soma.Client;

internal static class Json
{
    // Letters are sent as they are: the budget of a search counts the bytes of a payload, and an escaped letter has six.
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Here and not on the properties, so that it also holds inside of Optional.
        Converters = { new EmbeddingConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static WireContext Wire { get; } = new(Options);

    /// <summary>The text of a payload, as it is sent.</summary>
    public static string Text(JsonObject whole) => whole.ToJsonString(Options);

    public static byte[] Bytes<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    /// <summary>The fields of a query as parameters: lists with commas between their elements, objects as their JSON text.</summary>
    public static string QueryText(JsonObject? query)
    {
        var parameters = (query ?? []).Where(field => field.Value is not null).Select(field => $"{field.Key}={Uri.EscapeDataString(ParameterOf(field.Value))}");
        var text = string.Join('&', parameters);
        return text.Length == 0 ? "" : $"?{text}";
    }

    public static JsonObject Fields<T>(T? query, JsonTypeInfo<T> type) where T : class =>
        query is null ? [] : JsonSerializer.SerializeToNode(query, type) as JsonObject ?? [];

    /// <summary>The fields of a query for the page at the cursor.</summary>
    public static JsonObject At(JsonObject fields, string? cursor)
    {
        var page = fields.DeepClone().AsObject();
        page["cursor"] = cursor;
        return page;
    }

    private static string ParameterOf(JsonNode? value) => value switch
    {
        JsonArray list => string.Join(',', list.Select(element => element?.ToString())),
        JsonObject whole => Text(whole),
        _ => value?.ToString() ?? "",
    };
}
