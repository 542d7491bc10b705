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
        Coordinate.TryParse(text, out value, out var problem) || Refuse(place, problem, FieldError.CoordinateType, out value);

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => new OpenApiSchema { Type = JsonSchemaType.String };
}

/// <summary>The id of a memory, as the client wrote it: without the mark that it has as a key.</summary>
internal sealed class IdType : FieldType<Coordinate>
{
    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out Coordinate value) =>
        reader.TokenType == JsonTokenType.String
            ? TryParse(reader.GetString()!, place, out value)
            : Refuse(ref reader, place, "Input should be a string", "string_type", out value);

    public override bool TryParse(string text, in FieldPlace place, out Coordinate value) =>
        Coordinate.TryParseId(text, out value, out var problem) || Refuse(place, $"Input should be {problem}", "invalid_id", out value);

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) =>
        new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = Coordinate.MaxIdBytes };
}
