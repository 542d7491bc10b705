using System.Diagnostics;

namespace Soma.Archives.Backups;

/// <summary>What <c>soma backup</c> was asked for.</summary>
/// <param name="To">A folder of its own, or a file that ends in <c>.tar</c>; with <paramref name="Keep"/> a folder of backups.</param>
/// <param name="Namespaces">Which.</param>
/// <param name="Keep">How many backups <paramref name="To"/> holds afterwards; null: it is one.</param>
public sealed record BackupRequest(string To, NamespaceSelection Namespaces, int? Keep);

/// <summary><c>soma backup</c>: carries every namespace away, each as one seq left it, while whoever serves them goes on.</summary>
public static class BackupCommand
{
    public static Task<ExitCode> RunAsync(
        SettingsReader settings, BackupRequest request, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ArchiveProcess.RunAsync(settings, errors, async () =>
        {
            var store = ArchiveStore.Read(settings);
            await using var reader = await store.OpenReaderAsync(cancellationToken);
            try
            {
                await WriteAsync(reader, request, output, cancellationToken);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw ArchiveProcess.Unwritable($"{request.To} cannot be written: {failure.Message}", failure);
            }

            return ExitCode.Stopped;
        });

    private static async Task WriteAsync(INamespaceReader reader, BackupRequest request, TextWriter output, CancellationToken cancellationToken)
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
        var (manifest, resumed) = await FillAsync(reader, folder, request.Namespaces, cancellationToken);
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
        INamespaceReader reader, string folder, NamespaceSelection wanted, CancellationToken cancellationToken)
    {
        // A run that was stopped between the manifest and what follows it has nothing left to read.
        if (BackupFolder.IsFinished(folder) && folder.EndsWith(BackupTar.WorkFolder(""), StringComparison.Ordinal))
        {
            using var source = new FolderSource(folder);
            var finished = BackupFiles.ReadManifest(source);
            return (finished, finished.Namespaces.Count);
        }

        using var backup = BackupFolder.Open(folder, reader.Kind);
        foreach (var one in (await reader.ListAsync(cancellationToken)).Where(one => wanted.Contains(one.Key) && !backup.Has(one.Key)))
        {
            await AddAsync(reader, backup, one.Key, cancellationToken);
        }

        return (backup.Finish(DateTimeOffset.UtcNow), backup.Resumed);
    }

    private static async Task AddAsync(INamespaceReader reader, BackupFolder backup, NamespaceKey key, CancellationToken cancellationToken)
    {
        // One that is gone by now was deleted meanwhile.
        if (await reader.OpenAsync(key, cancellationToken) is { } snapshot)
        {
            await using (snapshot)
            {
                await backup.AddAsync(key, snapshot, DateTimeOffset.UtcNow, cancellationToken);
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
