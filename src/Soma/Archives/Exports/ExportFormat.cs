namespace Soma.Archives.Exports;

/// <summary>The names and formats in an export. docs/backup-format.md describes them.</summary>
internal static class ExportFormat
{
    /// <summary>The format that this build writes, and the newest that it reads.</summary>
    public const int Version = 1;

    public const string Put = "put";
    public const string Delete = "delete";
    public const string Link = "link";
    public const string Unlink = "unlink";

    /// <summary>How deep the JSON of a line may nest: the 64 levels of a payload, and a reserve.</summary>
    public const int MaxDepth = 256;

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    public static string Time(Instant at) => at.ToDateTimeOffset().UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static Instant? ParseTime(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var time) ? Instant.From(time) : null;
}
