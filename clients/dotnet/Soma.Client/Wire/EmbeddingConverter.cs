using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Soma.Client;

/// <summary>Vectors are sent as base64 of little-endian float32, a third of the length of their numbers, and answered as numbers.</summary>
internal sealed class EmbeddingConverter : JsonConverter<ReadOnlyMemory<float>>
{
    public override ReadOnlyMemory<float> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        List<float> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            numbers.Add(reader.GetSingle());
        }

        return numbers.ToArray();
    }

    public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<float> value, JsonSerializerOptions options)
    {
        var bytes = new byte[value.Length * sizeof(float)];
        for (var i = 0; i < value.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), value.Span[i]);
        }

        writer.WriteBase64StringValue(bytes);
    }
}
