using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Soma.Gateway.Bodies;

/// <summary>Brought vectors: a list of numbers, or base64 of little-endian float32. Kept as little-endian float32.</summary>
internal static class VectorFields
{
    private const string Shape = "Input should be a list of numbers, or base64 of little-endian float32";

    public static byte[]? ReadVector(ref Utf8JsonReader reader, Field field)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray:
                return ReadNumbers(ref reader, field);
            case JsonTokenType.String:
                return Decode(reader.GetString(), field);
            case JsonTokenType.Null:
                return null;
            default:
                reader.Skip();
                field.IsWrong(Shape, "vector_type");
                return null;
        }
    }

    public static byte[]? Decode(string? text, Field field)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text?.Length ?? 0)];
        if (!Convert.TryFromBase64String(text ?? "", bytes, out var length) || length % sizeof(float) != 0)
        {
            field.IsWrong(Shape, "vector_parsing");
            return null;
        }

        Array.Resize(ref bytes, length);
        var numbers = MemoryMarshal.Cast<byte, float>(bytes);
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!float.IsFinite(numbers[i]))
            {
                field.HasWrongElement(i, "Input should be a finite number", "finite_number");
                return null;
            }
        }

        return NotEmpty(bytes, field);
    }

    private static byte[]? ReadNumbers(ref Utf8JsonReader reader, Field field)
    {
        var numbers = new List<float>();
        var wrongAt = -1;
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            // A double may be finite and still too large for a float.
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetSingle(out var number) && float.IsFinite(number))
            {
                numbers.Add(number);
                continue;
            }

            reader.Skip();
            wrongAt = wrongAt < 0 ? i : wrongAt;
        }

        if (wrongAt >= 0)
        {
            field.HasWrongElement(wrongAt, "Input should be a finite number", "finite_number");
            return null;
        }

        return NotEmpty(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(numbers)).ToArray(), field);
    }

    private static byte[]? NotEmpty(byte[] vector, Field field)
    {
        if (vector.Length > 0)
        {
            return vector;
        }

        field.IsWrong("A vector has a dimension of at least 1", "too_short");
        return null;
    }
}
