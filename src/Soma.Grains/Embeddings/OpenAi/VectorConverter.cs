using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Soma.Grains.Embeddings.OpenAi;

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
