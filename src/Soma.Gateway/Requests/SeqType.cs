namespace Soma.Gateway.Requests;

/// <summary>A seq: a whole number, 0 or more.</summary>
/// <param name="isText">Whether clients see the number as a name that they must not interpret.</param>
internal sealed class SeqType(bool isText = false) : FieldType<long>
{
    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out long value) => reader.TokenType switch
    {
        JsonTokenType.Number when reader.TryGetInt64(out value) && value >= 0 => true,
        JsonTokenType.String => TryParse(reader.GetString()!, place, out value),
        _ => Refuse(ref reader, place, "Input should be a whole number, 0 or more", "int_type", out value),
    };

    public override bool TryParse(string text, in FieldPlace place, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value)
        || Refuse(place, isText ? "Input should be the log of an earlier answer" : "Input should be a whole number, 0 or more", "int_parsing", out value);

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => isText
        ? new OpenApiSchema { Type = JsonSchemaType.String }
        : new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0" };
}
