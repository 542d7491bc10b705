namespace Soma.Archives.Backups;

/// <summary>A folder with one backup per run, of which the newest are kept (<c>--keep 7</c>).</summary>
internal static class KeptBackups
{
    private const string Prefix = "soma-";
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    // A backup that was interrupted longer ago is started again, because the finished half of it would be too old.
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    /// <summary>The folder of the next run: one that the last run did not finish, or a new one.</summary>
    public static string Next(string folder, DateTimeOffset now)
    {
        var open = Folders(folder).LastOrDefault(path => BackupFolder.IsBegun(path) && now - TimeOf(path) < LongestPause);
        return open ?? Path.Combine(folder, Prefix + now.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
    }

    /// <summary>The newest finished backup; null if there is none.</summary>
    public static string? Newest(string folder) => Folders(folder).LastOrDefault(BackupFolder.IsFinished);

    /// <summary>Deletes all backups that are older than the newest <paramref name="count"/> finished ones.</summary>
    /// <returns>How many were deleted.</returns>
    public static int Prune(string folder, int count)
    {
        var finished = Folders(folder).Where(BackupFolder.IsFinished).ToArray();
        if (finished.Length < count)
        {
            return 0;
        }

        var oldest = finished[^count];
        var gone = Folders(folder).Where(path => string.CompareOrdinal(path, oldest) < 0).ToArray();
        foreach (var path in gone)
        {
            // The hash file goes first, so that a half deleted folder does not look like a backup.
            File.Delete(Path.Combine(path, Manifest.HashFileName));
            Directory.Delete(path, recursive: true);
        }

        return gone.Length;
    }

    private static string[] Folders(string folder) => !Directory.Exists(folder)
        ? []
        : [.. Directory.EnumerateDirectories(folder, Prefix + "*").Where(path => TimeOf(path) is not null).Order(StringComparer.Ordinal)];

    private static DateTimeOffset? TimeOf(string path) => DateTimeOffset.TryParseExact(
        Path.GetFileName(path)[Prefix.Length..], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
