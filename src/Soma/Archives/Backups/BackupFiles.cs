namespace Soma.Archives.Backups;

/// <summary>Opens a backup and checks its files against its manifest.</summary>
internal static class BackupFiles
{
    /// <summary>Opens a backup and reads its manifest.</summary>
    /// <exception cref="Soma.Hosting.StartupException">There is no backup, or its manifest is not as it was written.</exception>
    public static IBackup OpenBackup(string path)
    {
        var source = Open(Path.GetFullPath(path));
        return new FileBackup(source, ReadManifest(source));
    }

    /// <exception cref="Soma.Hosting.StartupException">The manifest is missing, altered, unreadable, or of a newer format.</exception>
    public static Manifest ReadManifest(IBackupSource source)
    {
        var json = ReadAll(source, Manifest.FileName);
        var said = Encoding.ASCII.GetString(ReadAll(source, Manifest.HashFileName)).Split(' ', 2)[0];
        if (said != Convert.ToHexStringLower(SHA256.HashData(json)))
        {
            throw ArchiveProcess.Refuse($"{source.Name}: {Manifest.FileName} is not what {Manifest.HashFileName} says: altered or damaged.");
        }

        try
        {
            CheckFormat(source, json);
            var manifest = JsonSerializer.Deserialize(json, ManifestJson.Default.Manifest);
            return manifest is { Namespaces: var entries } && entries.All(IsSane)
                && entries.DistinctBy(entry => entry.Key).Count() == entries.Count ? manifest
                : throw ArchiveProcess.Refuse($"{source.Name}: {Manifest.FileName} names files or namespaces that no backup has.");
        }
        catch (JsonException failure)
        {
            throw ArchiveProcess.Refuse($"{source.Name}: {Manifest.FileName} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>Whether the file of an entry exists with the size and the SHA-256 that the entry names.</summary>
    public static bool IsWhole(IBackupSource source, ManifestEntry entry)
    {
        using var stream = source.Open(entry.Part);
        return stream?.Length == entry.Bytes && Convert.ToHexStringLower(SHA256.HashData(stream)) == entry.Sha256;
    }

    // The format is checked first, because a newer format may have other members.
    private static void CheckFormat(IBackupSource source, byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var format = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("format", out var value)
            && value.TryGetInt32(out var number) ? number : 0;
        if (format is < 1 or > PartFormat.Version)
        {
            throw ArchiveProcess.Refuse(
                $"{source.Name} has format {format}; this build reads up to {PartFormat.Version}. Restore it with the version that wrote it, or a newer one.");
        }
    }

    /// <summary>Opens a folder, a tar file, or the newest finished backup in a folder that <c>--keep</c> made.</summary>
    private static IBackupSource Open(string path) =>
        File.Exists(path) ? new TarSource(path)
            : !Directory.Exists(path) ? throw ArchiveProcess.Refuse($"{path} does not exist.")
            : BackupFolder.IsFinished(path) || File.Exists(Path.Combine(path, Manifest.FileName)) ? new FolderSource(path)
            : BackupFolder.IsBegun(path)
                ? throw ArchiveProcess.Refuse($"{path} holds a backup that was not finished; the same 'soma backup' goes on with it.")
            : KeptBackups.Newest(path) is { } newest ? new FolderSource(newest)
            : throw ArchiveProcess.Refuse($"{path} holds no backup.");

    private static bool IsSane(ManifestEntry entry) =>
        entry.Part.Split('/') is ["parts", .. var rest] && rest.All(piece => piece.Length > 0 && piece.All(c => char.IsAsciiLetterOrDigit(c) || c == '.') && piece[0] != '.')
        && NamespaceKey.IsValidName(entry.Tenant) && NamespaceKey.IsValidName(entry.Name);

    private static byte[] ReadAll(IBackupSource source, string name)
    {
        using var stream = source.Open(name) ?? throw ArchiveProcess.Refuse($"{source.Name} has no {name}: no backup, or one that was not finished.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
