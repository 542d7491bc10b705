using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Soma.Gateway.Requests;

/// <summary>A brought vector: a list of numbers, or base64 of little-endian float32. It is stored as little-endian float32.</summary>
internal sealed class VectorType : FieldType<byte[]>
{
    // Several times the dimension of the largest text embedders in use. A vector is scanned by each search, so one memory must not cost as much as thousands.
    private const int MostNumbers = 16_384;

    private const string Shape = "Input should be a list of numbers, or base64 of little-endian float32";

    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out byte[] value) => reader.TokenType switch
    {
        JsonTokenType.StartArray => TryReadNumbers(ref reader, place, out value),
        JsonTokenType.String => TryParse(reader.GetString()!, place, out value),
        _ => Refuse(ref reader, place, Shape, "vector_type", out value),
    };

    public override bool TryParse(string text, in FieldPlace place, out byte[] value)
    {
        value = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (!Convert.TryFromBase64String(text, value, out var length) || length % sizeof(float) != 0)
        {
            return Refuse(place, Shape, "vector_parsing", out value);
        }

        Array.Resize(ref value, length);
        var wrong = MemoryMarshal.Cast<byte, float>(value).IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        return wrong >= 0 ? RefuseNumber(place, wrong, out value) : CheckLength(place, ref value);
    }

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => new OpenApiSchema
    {
        AnyOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.Number, Format = "float" }, MinItems = 1, MaxItems = MostNumbers },
            ToQuerySchema(document),
        ],
    };

    public override IOpenApiSchema ToQuerySchema(OpenApiDocument? document) => new OpenApiSchema
    {
        Type = JsonSchemaType.String,
        Description = "Base64 of little-endian float32.",
    };

    private static bool TryReadNumbers(ref Utf8JsonReader reader, in FieldPlace place, out byte[] value)
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

        value = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(numbers)).ToArray();
        return wrongAt >= 0 ? RefuseNumber(place, wrongAt, out value) : CheckLength(place, ref value);
    }

    private static bool RefuseNumber(in FieldPlace place, int index, out byte[] value) =>
        Refuse(place.Element(index), "Input should be a finite number", "finite_number", out value);

    private static bool CheckLength(in FieldPlace place, ref byte[] value) => (value.Length / sizeof(float)) switch
    {
        0 => Refuse(place, "A vector has a dimension of at least 1", "too_short", out value),
        > MostNumbers => Refuse(place, $"A vector has a dimension of at most {MostNumbers}", "too_long", out value),
        _ => true,
    };
}
