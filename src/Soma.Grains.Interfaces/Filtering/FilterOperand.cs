using System.Globalization;

namespace Soma.Grains.Interfaces.Filtering;

/// <summary>What a condition compares with, read once: the value, and what it means as a time or a key.</summary>
public sealed record FilterOperand
{
    public required FieldValue Value { get; init; }

    /// <summary>The moment that an ISO-8601 text or epoch seconds name, in microseconds; null: it names none.</summary>
    public long? Time { get; init; }

    /// <summary>The memory's key that it writes; null: it writes none.</summary>
    public Coordinate? Coordinate { get; init; }

    public static FilterOperand Of(FieldValue value) => new()
    {
        Value = value,
        Time = TimeOf(value),
        Coordinate = value.Text is { } text && Interfaces.Coordinate.TryParse(text, out var coordinate) ? coordinate : null,
    };

    /// <summary>Reads a moment: epoch seconds, or ISO-8601 text (UTC where it names no zone).</summary>
    public static long? TimeOf(in FieldValue value)
    {
        const double Farthest = 253_402_300_800;
        if (value.Kind == FieldKind.Number)
        {
            return Math.Abs(value.Number) < Farthest ? (long)Math.Round(value.Number * Instant.MicrosecondsPerSecond) : null;
        }

        // An ISO date starts with its year: anything else that the parser would guess at is no time to a filter.
        return value.Text is { Length: >= 10 and <= 40 } text && char.IsAsciiDigit(text[0]) && text[4] == '-' && text[7] == '-'
            && DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? Instant.From(time).Microseconds
            : null;
    }
}
