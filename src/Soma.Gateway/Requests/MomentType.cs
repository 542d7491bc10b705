namespace Soma.Gateway.Requests;

/// <summary>A moment: a seq as a whole number, or a time as ISO-8601 or as seconds since 1970 with a point in them.</summary>
/// <remarks>A number without a point is always a seq: <c>1700000000</c> names a write, and <c>1700000000.0</c> a time.</remarks>
internal sealed class MomentType : FieldType<Moment>
{
    private const string Wanted = "Input should be a seq, or a time as ISO-8601 or as seconds since 1970 with a point, such as 1700000000.0";

    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out Moment value) => reader.TokenType switch
    {
        JsonTokenType.Number => TryParse(Encoding.ASCII.GetString(reader.ValueSpan), place, out value),
        JsonTokenType.String => TryParse(reader.GetString()!, place, out value),
        _ => Refuse(ref reader, place, Wanted, "moment_type", out value),
    };

    public override bool TryParse(string text, in FieldPlace place, out Moment value)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
        {
            value = new Moment { Seq = seq };
            return true;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            if (!TimeType.FromSeconds(seconds, place, out var time))
            {
                value = default;
                return false;
            }

            value = new Moment { At = time };
            return true;
        }

        if (TimeType.IsTime(text, out var at))
        {
            value = new Moment { At = at };
            return true;
        }

        return Refuse(place, Wanted, "moment_parsing", out value);
    }

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => new OpenApiSchema
    {
        AnyOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" },
            new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
            new OpenApiSchema { Type = JsonSchemaType.Number },
        ],
    };
}

/// <summary>A seq, or the number of a version: a whole number, 0 or more.</summary>
internal sealed class SeqType : FieldType<long>
{
    private const string Wanted = "Input should be a whole number, 0 or more";

    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out long value) =>
        reader.TokenType == JsonTokenType.Number
            ? TryParse(Encoding.ASCII.GetString(reader.ValueSpan), place, out value)
            : Refuse(ref reader, place, Wanted, "int_type", out value);

    public override bool TryParse(string text, in FieldPlace place, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) || Refuse(place, Wanted, "int_parsing", out value);

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) =>
        new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0" };
}
