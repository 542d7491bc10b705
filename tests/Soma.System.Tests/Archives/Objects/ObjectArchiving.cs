using Microsoft.Extensions.Time.Testing;
using Soma.Archives;
using Soma.Archives.Backups;
using Soma.Archives.Objects;
using Soma.Grains.Storage.Archives;
using Soma.Hosting;

namespace Soma.System.Tests.Archives.Objects;

/// <summary>Backs up a store to objects in memory, and reads back what lies there.</summary>
internal sealed class ObjectArchiving(IReadOnlyDictionary<string, string?> environment)
{
    private readonly SettingsReader _settings = new(environment.GetValueOrDefault);

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow);

    public MemoryObjectStore Store { get; init; } = new();

    public async Task<string> BackupAsync(ObjectOptions? options = null, int? keep = null)
    {
        // Each backup has a name of its own second.
        Clock.Advance(TimeSpan.FromSeconds(1));
        await using var reader = await ArchiveStore.Read(_settings).OpenReaderAsync(default);
        var request = new BackupRequest("s3://in/memory", NamespaceSelection.All, keep) { Objects = options ?? ObjectOptions.None };
        return await ObjectCommands.BackupAsync(Store, reader, request, Clock, default);
    }

    public Task<ObjectBackup> OpenAsync(string? at = null, params string[] keyFiles) =>
        ObjectBackup.OpenAsync(new ObjectVault(Store, KeyRing.Read(keyFiles)), at, default);

    public async Task VerifyAsync(string? at = null, params string[] keyFiles)
    {
        using var backup = await OpenAsync(at, keyFiles);
        using var progress = Quiet();
        await BackupVerifier.VerifyAsync(backup, backup.Namespaces, progress, default);
    }

    public async Task<IReadOnlyList<string>> IdsAsync() => await new BackupIndex(new ObjectVault(Store, KeyRing.None)).ListAsync(default);

    /// <summary>Restores the newest backup, or another, into an empty folder, and reads it as a backup in files would.</summary>
    public async Task RestoreAsync(string folder, string? at = null, params string[] keyFiles)
    {
        using var backup = await OpenAsync(at, keyFiles);
        var settings = new SettingsReader(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = folder }.GetValueOrDefault);
        using var progress = Quiet();
        await BackupVerifier.VerifyAsync(backup, backup.Namespaces, progress, default);
        await using var builder = await ArchiveStore.Read(settings).OpenBuilderAsync(default);
        var restorer = new Restorer(backup, builder, new RestoreRequest("s3://in/memory", NamespaceSelection.All, false, null));
        await restorer.RunAsync(await restorer.PlanAsync(backup.Namespaces, default), progress, default);
    }

    private static Progress Quiet() => Progress.Begin(TextWriter.Null, "test", "writes", 0);

    /// <summary>Every row of a backup as a line; of vectors only those that a search can find, because others may go at any time.</summary>
    public static async Task<IReadOnlyList<string>> RowsAsync(IBackup backup)
    {
        var lines = new List<string>();
        foreach (var entry in backup.Namespaces)
        {
            using var content = await backup.OpenAsync(entry, default);
            var header = content.ReadHeader();
            lines.Add($"{header.Key} {header.Row with { HeadAt = 0 }} {Convert.ToHexString(header.Settings ?? [])}");
            var current = new HashSet<object?>();
            foreach (var table in ArchiveTables.All)
            {
                await foreach (var row in content.ReadTableAsync(table, default))
                {
                    if (table == ArchiveTables.Memories && row[3] is true)
                    {
                        current.Add(row[1]);
                    }

                    if (table != ArchiveTables.Embeddings || current.Contains(row[0]))
                    {
                        lines.Add($"{header.Key} {table.Name} {string.Join('|', row.Select(value => value is byte[] bytes ? Convert.ToHexString(bytes) : value))}");
                    }
                }
            }

            content.ReadEnd();
        }

        return lines;
    }
}
