using System.Diagnostics;
using System.Formats.Tar;
using Soma.Archives.Objects;

namespace Soma.Archives.Backups;

/// <summary>The arguments of <c>soma backup</c>.</summary>
/// <param name="To">A new folder, or a file that ends in <c>.tar</c>; with <paramref name="Keep"/> a folder of backups; or <c>s3://bucket/prefix</c>.</param>
/// <param name="Namespaces">Which namespaces are backed up.</param>
/// <param name="Keep">How many backups <paramref name="To"/> holds afterwards; null: it is a single backup.</param>
public sealed record BackupRequest(string To, NamespaceSelection Namespaces, int? Keep)
{
    public ObjectOptions Objects { get; init; } = ObjectOptions.None;
}

/// <summary><c>soma backup</c>: writes every namespace into a backup, each in its state after one seq. A service may go on serving them.</summary>
public static class BackupCommand
{
    public static Task<ExitCode> RunAsync(
        SettingsReader settings, BackupRequest request, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ArchiveProcess.RunAsync(settings, errors, async () =>
        {
            var store = ArchiveStore.Read(settings);
            if (S3Settings.IsUrl(request.To))
            {
                await ObjectCommands.BackupAsync(settings, store, request, output, cancellationToken);
                return ExitCode.Stopped;
            }

            await using var reader = await store.OpenReaderAsync(cancellationToken);
            try
            {
                await WriteAsync(reader, request, output, errors, cancellationToken);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw ArchiveProcess.Unwritable($"{request.To} cannot be written: {failure.Message}", failure);
            }

            return ExitCode.Stopped;
        });

    private static async Task WriteAsync(INamespaceReader reader, BackupRequest request, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var to = Path.GetFullPath(request.To);
        if (BackupTar.IsWanted(to) && File.Exists(to))
        {
            throw ArchiveProcess.Unwritable($"{to} is there already; give the backup another file.");
        }

        var folder = request.Keep is not null ? KeptBackups.Next(to, DateTimeOffset.UtcNow)
            : BackupTar.IsWanted(to) ? BackupTar.WorkFolder(to)
            : to;
        var (manifest, resumed) = await FillAsync(reader, folder, request.Namespaces, errors, cancellationToken);
        var place = folder;
        if (request.Keep is null && BackupTar.IsWanted(to))
        {
            await BackupTar.PackAsync(folder, manifest, to, cancellationToken);
            place = to;
        }

        var gone = request.Keep is { } count ? KeptBackups.Prune(to, count) : 0;
        await output.WriteLineAsync(Describe(manifest, resumed, gone, place, Stopwatch.GetElapsedTime(started)).AsMemory(), cancellationToken);
    }

    private static async Task<(Manifest Manifest, int Resumed)> FillAsync(
        INamespaceReader reader, string folder, NamespaceSelection wanted, TextWriter errors, CancellationToken cancellationToken)
    {
        // An earlier run wrote the manifest and was stopped before it made the tar file. Nothing has to be read again.
        if (BackupFolder.IsFinished(folder) && folder.EndsWith(BackupTar.WorkFolder(""), StringComparison.Ordinal))
        {
            var finished = BackupFiles.ReadManifest(new FolderSource(folder));
            return (finished, finished.Namespaces.Count);
        }

        using var backup = BackupFolder.Open(folder, reader.Kind);
        var todo = (await reader.ListAsync(cancellationToken)).Where(one => wanted.Contains(one.Key) && !backup.Has(one.Key)).ToList();
        using var progress = Progress.Begin(errors, "backup", "writes", todo.Sum(one => one.Row.HeadSeq));
        var written = 0;
        await Interruption.SayingAsync(
            async () =>
            {
                for (; written < todo.Count; written++)
                {
                    await AddAsync(reader, backup, todo[written].Key, progress, cancellationToken);
                }
            },
            () => $"{folder} has {backup.Resumed + written} of {backup.Resumed + todo.Count} namespaces; the same command goes on with the others.",
            cancellationToken);
        return (backup.Finish(DateTimeOffset.UtcNow), backup.Resumed);
    }

    private static async Task AddAsync(INamespaceReader reader, BackupFolder backup, NamespaceKey key, Progress progress, CancellationToken cancellationToken)
    {
        // Null: the namespace was deleted since it was listed.
        if (await reader.OpenAsync(key, cancellationToken) is { } snapshot)
        {
            await using (snapshot)
            {
                await backup.AddAsync(key, snapshot, DateTimeOffset.UtcNow, progress, cancellationToken);
            }
        }
    }

    private static string Describe(Manifest manifest, int resumed, int gone, string place, TimeSpan time)
    {
        var (entries, bytes) = (manifest.Namespaces, manifest.Namespaces.Sum(entry => entry.Bytes));
        var again = resumed > 0 ? $" ({resumed} of them by the run before)" : "";
        var pruned = gone > 0 ? $" {gone} older {(gone == 1 ? "one" : "ones")} deleted." : "";
        return FormattableString.Invariant(
            $"{place}: {entries.Count} namespaces{again} with {entries.Sum(entry => entry.Memories)} memories in {bytes} bytes, {time.TotalSeconds:F1} s.{pruned}");
    }
}

/// <summary>Packs the folder of a finished backup into one file.</summary>
internal static class BackupTar
{
    /// <summary>Whether the path names a tar file.</summary>
    public static bool IsWanted(string path) => path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase);

    /// <summary>The folder in which the backup is written before it is packed.</summary>
    public static string WorkFolder(string file) => file + ".partial";

    public static async Task PackAsync(string folder, Manifest manifest, string file, CancellationToken cancellationToken)
    {
        var unfinished = file + ".tmp";
        await using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
            {
                foreach (var path in (string[])[Manifest.FileName, Manifest.HashFileName, .. manifest.Namespaces.Select(entry => entry.Part)])
                {
                    await tar.WriteEntryAsync(Path.Combine(folder, path), path, cancellationToken);
                }
            }

            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, file);
        Directory.Delete(folder, recursive: true);
    }
}
