namespace Soma.Archives.Backups;

/// <summary>A finished backup in a folder or a tar file.</summary>
internal sealed class FileBackup(IBackupSource source, Manifest manifest) : IBackup
{
    public string Name => source.Name;

    public DateTimeOffset? FinishedAt => manifest.FinishedAt;

    public IReadOnlyList<NamespaceEntry> Namespaces => manifest.Namespaces;

    // The hash is checked first. A file with the right hash was written by Soma, so the lengths in it can be trusted.
    public Task<INamespaceContent> OpenAsync(NamespaceEntry entry, CancellationToken cancellationToken)
    {
        var file = (ManifestEntry)entry;
        return BackupFiles.IsWhole(source, file) && source.Open(file.Part) is { } part
            ? Task.FromResult<INamespaceContent>(new Content($"{source.Name}: {file.Part}", new PartReader(file.Part, part), file))
            : throw ArchiveProcess.Refuse($"{source.Name}: {file.Part} ({file.Key}) is missing, cut off or altered.");
    }

    public void Dispose()
    {
        // Its files are open only while they are read.
    }

    private sealed class Content(string name, PartReader part, ManifestEntry entry) : INamespaceContent
    {
        public PartHeader ReadHeader() => part.ReadHeader();

        public IAsyncEnumerable<object?[]> ReadTableAsync(ArchiveTable table, CancellationToken cancellationToken) =>
            part.ReadTableAsync(table, cancellationToken);

        // The hash is compared again, because the file may have changed since it was looked at.
        public void ReadEnd()
        {
            if (part.ReadEnd() != (entry.Bytes, entry.Sha256))
            {
                throw ArchiveProcess.Refuse($"{name} changed while it was read; {entry.Name} was not restored.");
            }
        }

        public void Dispose() => part.Dispose();
    }
}
