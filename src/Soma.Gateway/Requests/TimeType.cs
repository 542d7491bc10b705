namespace Soma.Gateway.Requests;

/// <summary>A time: ISO-8601 (in UTC if it has no offset), or seconds since 1970.</summary>
internal sealed class TimeType : FieldType<Instant>
{
    private const string Wanted = "Input should be an ISO-8601 time or seconds since 1970";

    // Further digits of a second are cut off: .NET holds seven, and the service stores six.
    private const int MostFractionDigits = 7;

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
    ];

    private static readonly double LastSecond = (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).TotalSeconds - 1;

    public override bool TryRead(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, in FieldPlace place, out Instant value) => reader.TokenType switch
    {
        JsonTokenType.Number => FromSeconds(reader.TryGetDouble(out var seconds) ? seconds : double.NaN, place, out value),
        JsonTokenType.String => TryParse(reader.GetString()!, place, out value),
        _ => Refuse(ref reader, place, Wanted, "datetime_type", out value),
    };

    public override bool TryParse(string text, in FieldPlace place, out Instant value) =>
        IsTime(text, out value) || Refuse(place, Wanted, "datetime_parsing", out value);

    /// <summary>Whether the text is an ISO-8601 time.</summary>
    public static bool IsTime(string text, out Instant value)
    {
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        var isTime = DateTimeOffset.TryParseExact(Shorten(text), Formats, CultureInfo.InvariantCulture, Styles, out var time);
        value = isTime ? Instant.From(time) : default;
        return isTime;
    }

    public override IOpenApiSchema ToSchema(OpenApiDocument? document) => new OpenApiSchema
    {
        AnyOf = [new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" }, new OpenApiSchema { Type = JsonSchemaType.Number }],
    };

    /// <summary>Reads seconds since 1970.</summary>
    public static bool FromSeconds(double seconds, in FieldPlace place, out Instant value)
    {
        value = default;
        if (!(seconds >= 0 && seconds <= LastSecond))
        {
            return Refuse(place, "Input should be a time from 1970 to 9999", "datetime_range", out value);
        }

        value = new Instant((long)Math.Round(seconds * Instant.MicrosecondsPerSecond));
        return true;
    }

    /// <summary>Cuts off the digits of a second that are too many.</summary>
    private static string Shorten(string text)
    {
        var first = text.IndexOf('.', StringComparison.Ordinal) + 1;
        if (first == 0)
        {
            return text;
        }

        var end = text.AsSpan(first).IndexOfAnyExceptInRange('0', '9');
        end = end < 0 ? text.Length : first + end;
        return end - first <= MostFractionDigits ? text : string.Concat(text.AsSpan(0, first + MostFractionDigits), text.AsSpan(end));
    }
}
