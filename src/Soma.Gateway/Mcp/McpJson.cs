using System.Text.Encodings.Web;

namespace Soma.Gateway.Mcp;

/// <summary>The JSON of tools' arguments and results.</summary>
internal static class McpJson
{
    public static JsonSerializerOptions Options { get; } = Make(isIndented: false);

    /// <summary>For texts that a person or a model reads.</summary>
    public static JsonSerializerOptions Indented { get; } = Make(isIndented: true);

    private static JsonSerializerOptions Make(bool isIndented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            // Texts of all languages stay readable: what is escaped costs a model tokens. The text is never put into HTML.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            // An entity without its type is refused as the schema says, instead of stored half.
            RespectRequiredConstructorParameters = true,
            RespectNullableAnnotations = true,
            WriteIndented = isIndented,
            TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
        };
        options.MakeReadOnly();
        return options;
    }
}
