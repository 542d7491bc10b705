namespace Soma.Archives.Backups;

/// <summary>Reads a whole backup, and checks every hash, every row, and that the seqs of each log have no gap.</summary>
internal static class BackupVerifier
{
    /// <exception cref="Soma.Hosting.StartupException">A file differs from the manifest. The message names the first difference.</exception>
    public static async Task VerifyAsync(IBackupSource source, Manifest manifest, CancellationToken cancellationToken)
    {
        foreach (var entry in manifest.Namespaces)
        {
            // The hash is checked first. A file with the right hash was written by Soma, so the lengths in it can be trusted.
            if (!BackupFiles.IsWhole(source, entry))
            {
                throw ArchiveProcess.Refuse($"{source.Name}: {entry.Part} ({entry.Key}) is missing, cut off or altered.");
            }

            await ReadAsync(source, entry, cancellationToken);
        }
    }

    private static async Task ReadAsync(IBackupSource source, ManifestEntry entry, CancellationToken cancellationToken)
    {
        using var part = OpenPart(source, entry);
        var header = part.ReadHeader();
        if (header.Key != entry.Key || header.Row.HeadSeq != entry.HeadSeq)
        {
            throw ArchiveProcess.Refuse($"{source.Name}: {entry.Part} is of {header.Key} at seq {header.Row.HeadSeq}, and the manifest says otherwise.");
        }

        foreach (var table in ArchiveTables.All)
        {
            var rows = await CountAsync(part.ReadTableAsync(table, cancellationToken), table == ArchiveTables.Log, entry);
            if (!entry.Rows.TryGetValue(table.Name, out var said) || said != rows)
            {
                throw ArchiveProcess.Refuse($"{source.Name}: {entry.Part} has {rows} rows of {table.Name}, and the manifest says otherwise.");
            }
        }

        part.ReadEnd();
    }

    public static PartReader OpenPart(IBackupSource source, ManifestEntry entry) =>
        new(entry.Part, source.Open(entry.Part) ?? throw ArchiveProcess.Refuse($"{source.Name}: {entry.Part} is missing."));

    private static async Task<long> CountAsync(IAsyncEnumerable<object?[]> rows, bool isLog, ManifestEntry entry)
    {
        var count = 0L;
        await foreach (var row in rows)
        {
            count++;
            if (isLog && !Equals(row[0], count))
            {
                throw ArchiveProcess.Refuse($"{entry.Part}: the log of {entry.Key} has no seq {count}.");
            }
        }

        return !isLog || count == entry.HeadSeq ? count : throw ArchiveProcess.Refuse($"{entry.Part}: the log ends at {count}, and the head is {entry.HeadSeq}.");
    }
}
