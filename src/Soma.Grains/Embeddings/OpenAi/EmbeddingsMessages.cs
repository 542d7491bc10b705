using System.Buffers.Binary;
using System.Text.Json.Serialization;

namespace Soma.Grains.Embeddings.OpenAi;

/// <summary>The body of <c>POST /embeddings</c>.</summary>
internal sealed record EmbeddingsRequest
{
    public required string Model { get; init; }

    public required IReadOnlyList<string> Input { get; init; }

    /// <summary>
    /// Asks for vectors in base64, which takes a fifth of the bytes of decimal numbers. An endpoint that does not know the option
    /// sends numbers.
    /// </summary>
    public string EncodingFormat { get; } = "base64";

    public int? Dimensions { get; init; }
}

/// <summary>The answer of the endpoint.</summary>
internal sealed record EmbeddingsAnswer
{
    public IReadOnlyList<Item>? Data { get; init; }

    /// <summary>Returns the vectors in the order of the texts. The endpoint may list them in another order.</summary>
    /// <exception cref="JsonException">The answer does not hold exactly one vector for each text.</exception>
    public float[][] InOrder(int texts)
    {
        var vectors = new float[texts][];
        for (var i = 0; i < (Data?.Count ?? 0); i++)
        {
            var item = Data?[i];
            var index = item?.Index ?? i;
            if (index < 0 || index >= texts || vectors[index] is not null || item?.Embedding is null)
            {
                throw new JsonException($"a vector for text {index} of {texts} was not expected");
            }

            vectors[index] = item.Embedding;
        }

        return Array.TrueForAll(vectors, vector => vector is not null) ? vectors : throw new JsonException("a text has no vector");
    }

    internal sealed record Item
    {
        public int? Index { get; init; }

        [JsonConverter(typeof(VectorConverter))]
        public float[]? Embedding { get; init; }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EmbeddingsRequest))]
[JsonSerializable(typeof(EmbeddingsAnswer))]
internal sealed partial class EmbeddingsJson : JsonSerializerContext;

/// <summary>Reads a vector that is written as base64 of little-endian float32, or as a list of numbers.</summary>
internal sealed class VectorConverter : JsonConverter<float[]>
{
    private const int MostNumbers = 1 << 16;

    public override float[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.String => ReadBase64(ref reader),
            JsonTokenType.StartArray => ReadNumbers(ref reader),
            _ => throw new JsonException("a vector is neither base64 nor a list"),
        };

    public override void Write(Utf8JsonWriter writer, float[] value, JsonSerializerOptions options) => throw new NotSupportedException();

    private static float[] ReadBase64(ref Utf8JsonReader reader)
    {
        if (!reader.TryGetBytesFromBase64(out var bytes) || bytes.Length % sizeof(float) != 0)
        {
            throw new JsonException("a vector is not float32 in base64");
        }

        var vector = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        }

        return vector;
    }

    private static float[] ReadNumbers(ref Utf8JsonReader reader)
    {
        var numbers = new List<float>(1024);
        while (reader.Read() && reader.TokenType == JsonTokenType.Number && numbers.Count < MostNumbers)
        {
            numbers.Add(reader.GetSingle());
        }

        return reader.TokenType == JsonTokenType.EndArray ? [.. numbers] : throw new JsonException("a vector holds something else than numbers");
    }
}
