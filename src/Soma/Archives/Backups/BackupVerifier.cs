namespace Soma.Archives.Backups;

/// <summary>Reads namespaces of a backup from end to end, and checks every hash, every row, and that the seqs of each log have no gap.</summary>
internal static class BackupVerifier
{
    /// <exception cref="StartupException">Something is not as it was written. The message names the first difference.</exception>
    public static async Task VerifyAsync(IBackup backup, IEnumerable<NamespaceEntry> namespaces, Progress progress, CancellationToken cancellationToken)
    {
        foreach (var entry in namespaces)
        {
            using var content = await backup.OpenAsync(entry, cancellationToken);
            await ReadAsync(backup, entry, content, progress, cancellationToken);
        }
    }

    private static async Task ReadAsync(IBackup backup, NamespaceEntry entry, INamespaceContent content, Progress progress, CancellationToken cancellationToken)
    {
        var header = content.ReadHeader();
        if (header.Key != entry.Key || header.Row.HeadSeq != entry.HeadSeq)
        {
            throw ArchiveProcess.Refuse($"{backup.Name}: {entry.Key}: there is {header.Key} at seq {header.Row.HeadSeq}, and the manifest says otherwise.");
        }

        foreach (var table in ArchiveTables.All)
        {
            var read = content.ReadTableAsync(table, cancellationToken);
            var (rows, alive) = await CountAsync(backup, table == ArchiveTables.Log ? progress.CountAsync(read) : read, table, entry);
            if ((table == ArchiveTables.Memories && alive != entry.Memories)
                || (entry is ManifestEntry file && (!file.Rows.TryGetValue(table.Name, out var said) || said != rows)))
            {
                throw ArchiveProcess.Refuse($"{backup.Name}: {entry.Key} has {rows} rows of {table.Name}, and the manifest says otherwise.");
            }
        }

        content.ReadEnd();
    }

    private static async Task<(long Rows, long Alive)> CountAsync(
        IBackup backup, IAsyncEnumerable<object?[]> rows, ArchiveTable table, NamespaceEntry entry)
    {
        var (count, alive) = (0L, 0L);
        await foreach (var row in rows)
        {
            count++;
            alive += table == ArchiveTables.Memories && row[3] is true ? 1 : 0;
            if (table == ArchiveTables.Log && !Equals(row[0], count))
            {
                throw ArchiveProcess.Refuse($"{backup.Name}: the log of {entry.Key} has no seq {count}.");
            }
        }

        return table != ArchiveTables.Log || count == entry.HeadSeq ? (count, alive)
            : throw ArchiveProcess.Refuse($"{backup.Name}: the log of {entry.Key} ends at {count}, and the head is {entry.HeadSeq}.");
    }
}
