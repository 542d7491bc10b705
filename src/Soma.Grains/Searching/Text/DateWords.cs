namespace Soma.Grains.Searching.Text;

/// <summary>Writes a date the way people ask for it (<c>8 May 2023</c>), from ISO-8601 text or epoch seconds.</summary>
internal static class DateWords
{
    // The years 2001 to 2100. Other numbers in a field called "time" are more likely durations, hours or milliseconds.
    private const double EarliestEpoch = 978_307_200;
    private const double LatestEpoch = 4_102_444_800;

    /// <summary>The words for an ISO date or time; any other text is returned as it is.</summary>
    public static string Of(string text) =>
        text.Length >= 10 && text[4] == '-' && text[7] == '-'
        && DateOnly.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? Write(date) + (text.Length > 10 ? $" ({text})" : "")
            : text;

    /// <summary>The words for epoch seconds or milliseconds; null for a number that is no plausible moment.</summary>
    public static string? Of(double epochSeconds) => epochSeconds switch
    {
        >= EarliestEpoch and <= LatestEpoch => Write(DateOnly.FromDateTime(DateTime.UnixEpoch.AddSeconds(epochSeconds))),
        >= 1_000 * EarliestEpoch and <= 1_000 * LatestEpoch => Of(epochSeconds / 1_000),
        _ => null,
    };

    private static string Write(DateOnly date) => date.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
}
