using System.Text.Json.Serialization;

namespace Soma.Grains.Embeddings.OpenAi;

/// <summary>The body of <c>POST /embeddings</c>.</summary>
internal sealed record EmbeddingsRequest
{
    [JsonPropertyName("model")]
    public required string Model { get; init; }

    [JsonPropertyName("input")]
    public required IReadOnlyList<string> Input { get; init; }

    /// <summary>
    /// Asks for vectors in base64, which takes a fifth of the bytes of decimal numbers. An endpoint that does not know
    /// the option sends numbers.
    /// </summary>
    [JsonPropertyName("encoding_format")]
    public string EncodingFormat { get; } = "base64";

    [JsonPropertyName("dimensions")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Dimensions { get; init; }
}
