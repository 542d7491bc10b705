using System.Text.Json;
using Microsoft.OpenApi;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Requests;

/// <summary>The key of a memory, as text. One that cannot be read is, alone, a 400.</summary>
internal sealed class KeyType : FieldType<Coordinate>
{
    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out Coordinate value) =>
        reader.TokenType == JsonTokenType.String
            ? TryParse(reader.GetString()!, place, out value)
            : Refuse(ref reader, place, "Input should be a string", "string_type", out value);

    public override bool TryParse(string text, in FieldPlace place, out Coordinate value) =>
        Coordinate.TryParse(text, out value) || Refuse(place, Invalid(text), FieldError.CoordinateType, out value);

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => new OpenApiSchema { Type = JsonSchemaType.String };

    public static string Invalid(string text) => $"Invalid coord: {(text.Length <= 200 ? text : text[..200] + "…")}";
}
