namespace Soma.Archives.Objects;

/// <summary>The names of backups: the time at which each began, to the second, and six random digits.</summary>
internal static class BackupIds
{
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    public static string Make(DateTimeOffset now) =>
        $"{now.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3))}";

    /// <summary>When a backup began; null: the text is no name of one.</summary>
    public static DateTimeOffset? TimeOf(string id) => id.Split('-') is [var time, { Length: 6 }]
        && DateTimeOffset.TryParseExact(time, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
