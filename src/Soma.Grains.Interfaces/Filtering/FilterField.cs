using System.Globalization;

namespace Soma.Grains.Interfaces.Filtering;

/// <summary>Which value a condition tests: a field of the record itself, or a path into the payload.</summary>
public enum FilterSource
{
    Payload,
    MemoryType,
    Importance,
    CreatedAt,
    UpdatedAt,

    /// <summary>The payload's own <c>timestamp</c> if it has one, else the record's creation in epoch seconds.</summary>
    Timestamp,

    /// <summary>The key, of either kind.</summary>
    Coordinate,

    /// <summary>The id. A memory whose key is a coordinate has none.</summary>
    Id,
}

/// <summary>A field that a filter names. A record field wins over a payload field of its name; <c>payload.x</c> is the payload's.</summary>
/// <param name="Source">Which kind of field.</param>
/// <param name="Path">The path into the payload, dots between keys; of a record field, its name.</param>
public readonly record struct FilterField(FilterSource Source, string Path)
{
    private const string PayloadPrefix = "payload.";

    public static FilterField Parse(string name) => name switch
    {
        "memory_type" => new FilterField(FilterSource.MemoryType, name),
        "importance" => new FilterField(FilterSource.Importance, name),
        "created_at" => new FilterField(FilterSource.CreatedAt, name),
        "updated_at" => new FilterField(FilterSource.UpdatedAt, name),
        "timestamp" => new FilterField(FilterSource.Timestamp, name),
        "coord" => new FilterField(FilterSource.Coordinate, name),
        "id" => new FilterField(FilterSource.Id, name),
        _ when name.StartsWith(PayloadPrefix, StringComparison.Ordinal) && name.Length > PayloadPrefix.Length =>
            new FilterField(FilterSource.Payload, name[PayloadPrefix.Length..]),
        _ => new FilterField(FilterSource.Payload, name),
    };
}

/// <summary>A value that a condition compares with. Its meaning as a time or a key is read once, not for each memory.</summary>
public sealed record FilterOperand
{
    public required FieldValue Value { get; init; }

    /// <summary>The moment that an ISO-8601 text or epoch seconds name, in microseconds; null: it names none.</summary>
    public long? Time { get; init; }

    /// <summary>The key that the text of the value names; null: it names none.</summary>
    public Coordinate? Coordinate { get; init; }

    public static FilterOperand Of(FieldValue value) => new()
    {
        Value = value,
        Time = TimeOf(value),
        Coordinate = value.Text is { } text && Interfaces.Coordinate.TryParse(text, out var coordinate) ? coordinate : null,
    };

    /// <summary>Reads a moment: epoch seconds (or finer, by their size), or ISO-8601 text (UTC where it names no zone).</summary>
    public static long? TimeOf(in FieldValue value)
    {
        if (value.Kind == FieldKind.Number)
        {
            return TimeOf(value.Number);
        }

        return value.Text is { Length: >= 10 and <= 40 } text && Extended(text) is { } iso
            && DateTimeOffset.TryParse(
                iso, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? Instant.From(time).Microseconds
            : null;
    }

    /// <summary>The text, with separators if it has ISO-8601's basic form (<c>20260301T070000Z</c>); null: it is no ISO time.</summary>
    private static string? Extended(string text)
    {
        // An ISO date starts with its year. The parser would also guess at other texts, so they are not given to it.
        if (char.IsAsciiDigit(text[0]) && text[4] == '-' && text[7] == '-')
        {
            return text;
        }

        // Eight digits without a time of day are more often a number than a date.
        if (text[8] != 'T' || text.AsSpan(0, 8).ContainsAnyExceptInRange('0', '9'))
        {
            return null;
        }

        var clock = text.AsSpan(9);
        var digits = clock.IndexOfAnyExceptInRange('0', '9');
        return (digits < 0 ? clock.Length : digits) switch
        {
            4 => $"{text[..4]}-{text[4..6]}-{text[6..8]}T{clock[..2]}:{clock[2..]}",
            6 => $"{text[..4]}-{text[4..6]}-{text[6..8]}T{clock[..2]}:{clock[2..4]}:{clock[4..]}",
            _ => null,
        };
    }

    // Clients write seconds, milliseconds (JavaScript, Java), microseconds or nanoseconds. As seconds, a number of milliseconds since
    // 1973 would be later than the year 5000.
    private static long? TimeOf(double number) => Math.Abs(number) switch
    {
        < 1e11 => (long)Math.Round(number * Instant.MicrosecondsPerSecond),
        < 1e14 => (long)Math.Round(number * 1_000),
        < 1e17 => (long)Math.Round(number),
        < 1e19 => (long)Math.Round(number / 1_000),
        _ => null,
    };
}
