using Soma.Hosting;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Archives;

/// <summary>A restored backup equals what was backed up, from and to either store.</summary>
[Collection(ProcessTests.Name)]
public sealed class BackupTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData(StoreKind.Sqlite, StoreKind.Sqlite, "backup")]
    [InlineData(StoreKind.Postgres, StoreKind.Postgres, "backup.tar")]
    [InlineData(StoreKind.Sqlite, StoreKind.Postgres, "backup.tar")]
    [InlineData(StoreKind.Postgres, StoreKind.Sqlite, "backup")]
    public async Task A_restored_namespace_gives_the_same_answers(StoreKind from, StoreKind to, string file)
    {
        using var folder = new TestFolder();
        var backup = Path.Combine(folder.Location, file);
        await using var source = await ServedStore.CreateAsync(from, postgres);
        await using var target = await ServedStore.CreateAsync(to, postgres);
        IReadOnlyList<string> before;
        await using (var soma = Archiving.Serve(source.Environment))
        {
            await soma.StartAsync();
            await Observed.SendAsync(soma.Client, HttpMethod.Put, "/namespaces/notes", "notes", """{"recency_half_life_days":7,"sequence_fields":["session_id"]}""");
            await Observed.FillAsync(soma.Client, "notes");
            await Observed.FillAsync(soma.Client, "others");
            await Observed.WaitForRefinedAsync(soma.Client, "notes");
            await Observed.WaitForRefinedAsync(soma.Client, "others");
            before = [.. await Observed.ReadAsync(soma.Client, "notes"), .. await Observed.ReadAsync(soma.Client, "others")];

            (await new Archiving(source.Environment).BackupAsync(backup)).AssertWell();

            Assert.Equal(0, await soma.TerminateAsync());
        }

        (await new Archiving(target.Environment).RestoreAsync(backup)).AssertWell();
        (await new Archiving(target.Environment).VerifyAsync(live: true)).AssertWell();

        await using var restored = Archiving.Serve(target.Environment);
        await restored.StartAsync();
        Assert.Equal(before, [.. await Observed.ReadAsync(restored.Client, "notes"), .. await Observed.ReadAsync(restored.Client, "others")]);
        await AssertHistoryIsEqualAsync(source, target, folder);
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_backup_taken_during_writes_holds_the_namespace_at_one_seq(StoreKind kind)
    {
        using var folder = new TestFolder();
        await using var store = await ServedStore.CreateAsync(kind, postgres);
        await using var soma = Archiving.Serve(store.Environment);
        await soma.StartAsync();
        using var stop = new CancellationTokenSource();
        var written = 0;
        var writing = Enumerable.Range(0, 4).Select(async writer =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await Observed.SendAsync(soma.Client, HttpMethod.Post, "/memories", "busy", $$"""{"coord":"{{writer}},{{i % 50}}","payload":{"text":"note {{i}}"} }""");
                Interlocked.Increment(ref written);
            }
        }).ToArray();
        await Soma.Testing.Eventually.TrueAsync(() => Volatile.Read(ref written) > 100, TimeSpan.FromMinutes(3));

        var backup = Path.Combine(folder.Location, "busy");
        (await new Archiving(store.Environment).BackupAsync(backup)).AssertWell();
        (await new Archiving(store.Environment).VerifyAsync(live: true)).AssertWell();
        await stop.CancelAsync();
        await Task.WhenAll(writing);

        // The restore checks each namespace that it has built, so it would refuse a backup that mixes two moments.
        var copy = new Archiving(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = Path.Combine(folder.Location, "copy") });
        (await copy.RestoreAsync(backup)).AssertWell();
        (await copy.VerifyAsync(backup, live: true)).AssertWell();
    }

    [Fact]
    public async Task The_newest_backups_of_a_folder_are_kept_and_the_newest_is_restored()
    {
        using var folder = new TestFolder();
        var kept = Path.Combine(folder.Location, "kept");
        var archiving = await OneNoteAsync(folder);
        foreach (var old in (string[])["soma-20200101T000000Z", "soma-20210101T000000Z", "soma-20220101T000000Z"])
        {
            (await archiving.BackupAsync(Path.Combine(kept, old))).AssertWell();
        }

        Directory.CreateDirectory(Path.Combine(kept, "soma-of-mine"));
        (await archiving.BackupAsync(kept, keep: 2)).AssertWell();

        var left = Directory.EnumerateDirectories(kept).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(["soma-20220101T000000Z", "soma-of-mine"], left.Where(name => !name.StartsWith($"soma-{DateTime.UtcNow:yyyy}", StringComparison.Ordinal)));
        Assert.Equal(3, Directory.EnumerateDirectories(kept).Count());
        var restored = new Archiving(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = Path.Combine(folder.Location, "restored") });
        var ended = await restored.RestoreAsync(kept);
        ended.AssertWell();
        Assert.Contains($"soma-{DateTime.UtcNow:yyyy}", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_finished_backup_or_other_files_are_never_overwritten()
    {
        using var folder = new TestFolder();
        var archiving = await OneNoteAsync(folder);
        var backup = Path.Combine(folder.Location, "backup");
        (await archiving.BackupAsync(backup)).AssertWell();
        (await archiving.BackupAsync(backup + ".tar")).AssertWell();

        (await archiving.BackupAsync(backup)).AssertFailed(ExitCode.ArchiveUnwritable, "holds a finished backup");
        (await archiving.BackupAsync(backup + ".tar")).AssertFailed(ExitCode.ArchiveUnwritable, "is there already");
        (await archiving.BackupAsync(folder.Location)).AssertFailed(ExitCode.ArchiveUnwritable, "holds other files");
        (await archiving.VerifyAsync(backup)).AssertWell();
        (await archiving.VerifyAsync(backup + ".tar")).AssertWell();
    }

    [Fact]
    public async Task A_folder_without_memories_is_not_backed_up()
    {
        using var folder = new TestFolder();
        var archiving = new Archiving(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = folder.Location });

        (await archiving.BackupAsync(Path.Combine(folder.Location, "backup"))).AssertFailed(ExitCode.DataFolderNotWritable, "holds no memories");
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Location));
    }

    /// <summary>A store in a subfolder, with one memory.</summary>
    internal static async Task<Archiving> OneNoteAsync(TestFolder folder)
    {
        var archiving = new Archiving(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = Path.Combine(folder.Location, "data") });
        var line = Path.Combine(folder.Location, "one.jsonl");
        await File.WriteAllTextAsync(line, """{"coordinate":[1,2],"memory_type":"semantic","text":"one note"}""" + '\n');
        (await archiving.ImportAsync("notes", line)).AssertWell();
        return archiving;
    }

    // Exports hold every version, link and delete, line by line. A read "as of" any seq would use exactly these.
    private static async Task AssertHistoryIsEqualAsync(ServedStore source, ServedStore target, TestFolder folder)
    {
        var (one, other) = (Path.Combine(folder.Location, "source.jsonl"), Path.Combine(folder.Location, "target.jsonl"));
        (await new Archiving(source.Environment).ExportAsync("notes", one)).AssertWell();
        (await new Archiving(target.Environment).ExportAsync("notes", other)).AssertWell();
        Assert.Equal(await File.ReadAllBytesAsync(one), await File.ReadAllBytesAsync(other));
        Assert.Equal(21, File.ReadLines(one).Count());
    }
}
