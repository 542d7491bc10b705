using System.Globalization;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Bodies;

/// <summary>Times as clients write them. One without an offset is UTC.</summary>
internal static class TimeText
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
    ];

    private static readonly double LastSecond = (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).TotalSeconds - 1;

    public static Instant? Parse(string? text, Field field)
    {
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, Styles, out var time))
        {
            return Instant.From(time);
        }

        field.IsWrong("Input should be an ISO-8601 time or seconds since 1970", "datetime_parsing");
        return null;
    }

    public static Instant? FromEpochSeconds(double? seconds, Field field)
    {
        if (seconds is < 0 || seconds > LastSecond)
        {
            field.IsWrong("Input should be a time from 1970 to 9999", "datetime_range");
            return null;
        }

        return seconds is { } s ? new Instant((long)Math.Round(s * Instant.MicrosecondsPerSecond)) : null;
    }
}
