namespace Soma.Archives.Backups;

/// <summary>
/// A backup that is being written. Each namespace is one file. When the file is on the disk, a line is added to
/// <c>progress.jsonl</c>, so that an interrupted backup can go on from there. The manifest is written last. A folder without it is
/// no backup.
/// </summary>
internal sealed class BackupFolder : IDisposable
{
    public const string ProgressFileName = "progress.jsonl";

    private const int PartsAFolder = 1_000;

    private readonly string _folder;
    private readonly FileStream _progress;
    private readonly Dictionary<NamespaceKey, ManifestEntry> _finished = [];
    private Manifest _manifest;
    private int _parts;

    private BackupFolder(string folder, FileStream progress, Manifest manifest) => (_folder, _progress, _manifest) = (folder, progress, manifest);

    /// <summary>How many namespaces an earlier run had finished. Their files were verified.</summary>
    public int Resumed { get; private set; }

    public static bool IsFinished(string folder) => File.Exists(Path.Combine(folder, Manifest.HashFileName));

    public static bool IsBegun(string folder) => File.Exists(Path.Combine(folder, ProgressFileName)) && !IsFinished(folder);

    /// <summary>Begins a backup in an empty folder, or goes on with the one that was begun there.</summary>
    /// <exception cref="StartupException">The folder holds other files, or a finished backup, or one of another version.</exception>
    public static BackupFolder Open(string folder, string store)
    {
        var isBegun = IsBegun(folder);
        if (!isBegun && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw ArchiveProcess.Unwritable(
                IsFinished(folder) ? $"{folder} holds a finished backup; give this one another folder." : $"{folder} holds other files; give the backup a folder of its own.");
        }

        Directory.CreateDirectory(folder);
        var progress = new FileStream(Path.Combine(folder, ProgressFileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var manifest = new Manifest
        {
            Format = PartFormat.Version,
            Soma = ProductVersion.Current,
            Id = Guid.NewGuid().ToString("N"),
            StartedAt = DateTimeOffset.UtcNow,
            Store = store,
        };
        var backup = new BackupFolder(folder, progress, manifest);
        backup.Resume();
        return backup;
    }

    public bool Has(NamespaceKey key) => _finished.ContainsKey(key);

    /// <summary>Writes a namespace. It is on the disk when the method returns.</summary>
    public async Task AddAsync(NamespaceKey key, INamespaceSnapshot snapshot, DateTimeOffset takenAt, Progress progress, CancellationToken cancellationToken)
    {
        var number = ++_parts;
        var path = string.Create(CultureInfo.InvariantCulture, $"parts/{number / PartsAFolder:D3}/{number:D6}.gz");
        var file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? _folder);
        var rows = new Dictionary<string, long>();
        (long Bytes, string Sha256) written;
        await using (var stream = new FileStream(file, FileMode.Create, FileAccess.Write))
        {
            using var part = new PartWriter(stream);
            part.WriteHeader(new PartHeader(key, snapshot.Row, snapshot.Settings));
            foreach (var table in ArchiveTables.All)
            {
                rows[table.Name] = await part.WriteTableAsync(
                    table, table == ArchiveTables.Log ? progress.CountAsync(snapshot.ReadAsync(table, cancellationToken)) : snapshot.ReadAsync(table, cancellationToken), cancellationToken);
            }

            written = part.Finish();
            stream.Flush(flushToDisk: true);
        }

        var entry = new ManifestEntry
        {
            Tenant = key.Tenant,
            Name = key.Name,
            Part = path,
            Bytes = written.Bytes,
            Sha256 = written.Sha256,
            TakenAt = takenAt,
            HeadSeq = snapshot.Row.HeadSeq,
            HeadAt = snapshot.Row.HeadAt,
            Memories = snapshot.Row.Counts.Total,
            Rows = rows,
        };
        AppendLine(JsonSerializer.SerializeToUtf8Bytes(entry, ManifestJson.Default.ManifestEntry));
        _finished[key] = entry;
    }

    /// <summary>Writes the manifest and its hash. From then on the folder is a backup.</summary>
    public Manifest Finish(DateTimeOffset now)
    {
        _manifest = _manifest with
        {
            FinishedAt = now,
            Namespaces = [.. _finished.Values.OrderBy(entry => entry.Tenant, StringComparer.Ordinal).ThenBy(entry => entry.Name, StringComparer.Ordinal)],
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(_manifest, ManifestJson.Indented.Manifest);
        WriteWhole(Manifest.FileName, json);
        WriteWhole(Manifest.HashFileName, Encoding.ASCII.GetBytes($"{Convert.ToHexStringLower(SHA256.HashData(json))}  {Manifest.FileName}\n"));
        _progress.Dispose();
        File.Delete(Path.Combine(_folder, ProgressFileName));
        return _manifest;
    }

    public void Dispose() => _progress.Dispose();

    /// <summary>Keeps the complete files of an earlier run. An incomplete file is written again under another number.</summary>
    private void Resume()
    {
        using var reader = new StreamReader(_progress, Encoding.UTF8, leaveOpen: true);
        if (reader.ReadLine() is not { } first || Parse(first, ManifestJson.Default.Manifest) is not { } begun)
        {
            _progress.SetLength(0);
            AppendLine(JsonSerializer.SerializeToUtf8Bytes(_manifest, ManifestJson.Default.Manifest));
            return;
        }

        if (begun.Format != PartFormat.Version)
        {
            throw ArchiveProcess.Unwritable($"{_folder} holds a backup that another version began; give this one another folder.");
        }

        _manifest = begun;
        var source = new FolderSource(_folder);
        while (reader.ReadLine() is { } line)
        {
            // The last line may be incomplete. Its namespace is then written again.
            if (Parse(line, ManifestJson.Default.ManifestEntry) is { } entry)
            {
                _parts = Math.Max(_parts, int.Parse(Path.GetFileNameWithoutExtension(entry.Part), CultureInfo.InvariantCulture));
                if (BackupFiles.IsWhole(source, entry))
                {
                    _finished[entry.Key] = entry;
                }
            }
        }

        Resumed = _finished.Count;
        _progress.Seek(0, SeekOrigin.End);
        _progress.WriteByte((byte)'\n');
    }

    private static T? Parse<T>(string line, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return line.Length > 0 ? JsonSerializer.Deserialize(line, type) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void AppendLine(byte[] line)
    {
        _progress.Seek(0, SeekOrigin.End);
        _progress.Write([.. line, (byte)'\n']);
        _progress.Flush(flushToDisk: true);
    }

    private void WriteWhole(string name, byte[] content)
    {
        var file = Path.Combine(_folder, name);
        using (var stream = new FileStream(file + ".tmp", FileMode.Create, FileAccess.Write))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(file + ".tmp", file, overwrite: true);
    }
}
