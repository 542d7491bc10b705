using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Npgsql;
using Soma.Hosting;
using Soma.System.Tests.Processes;
using Soma.Testing;

namespace Soma.System.Tests.Archives;

/// <summary>
/// Commands that are killed half way: a client never sees a partial result, and the same command can be run again.
/// </summary>
[Collection(ProcessTests.Name)]
public sealed class InterruptionTests(PostgresFixture postgres)
{
    private const int Memories = 40_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_killed_restore_shows_nothing_and_can_be_run_again(StoreKind kind)
    {
        using var folder = new TestFolder();
        var backup = await LargeBackupAsync(folder);
        await using var store = await ServedStore.CreateAsync(kind, postgres);
        await using var restore = new ManagedProcess("soma.dll", store.Environment);
        restore.Start("restore", "--from", backup);
        await Eventually.TrueAsync(
            async () => await CountAsync(store, kind, "tenant = '~building'") > 0 || (restore.IsRunning ? false : throw new InvalidOperationException($"ended too early: {restore.Errors}")),
            Patience);
        restore.Kill();
        Assert.Equal(137, await restore.WaitForEndAsync());

        Assert.Equal(0, await CountAsync(store, kind, "tenant = 'default'"));
        await using (var soma = Archiving.Serve(store.Environment))
        {
            await soma.StartAsync();
            Assert.Contains("\"total_memories\":0", await soma.Client.GetStringAsync("/stats"), StringComparison.Ordinal);
            Assert.Equal("0,1: 404", await Observed.GetAsync(soma.Client, "large", "0,1"));
            await soma.TerminateAsync();
        }

        var archiving = new Archiving(store.Environment);
        (await archiving.RestoreAsync(backup)).AssertWell();
        (await archiving.VerifyAsync(live: true)).AssertWell();
        Assert.Equal(1, await CountAsync(store, kind, "true"));
        Assert.Contains($"{Memories} writes, consistent", (await archiving.VerifyAsync(live: true)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_backup_continues_and_reuses_finished_namespaces()
    {
        using var folder = new TestFolder();
        var data = new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = Path.Combine(folder.Location, "data") };
        await using (var soma = Archiving.Serve(data))
        {
            await soma.StartAsync();
            for (var i = 0; i < 300; i++)
            {
                await Observed.SendAsync(soma.Client, HttpMethod.Post, "/memories", $"n{i}", """{"coord":"1,2","payload":{"text":"a note"}}""");
            }

            await soma.TerminateAsync();
        }

        // A pipe lies where the backup writes its 150th part. It can open the pipe only when somebody reads from it, and
        // nobody does: so the backup waits there, however fast it is, and the test needs no luck to kill it half way. An
        // empty progress file makes the folder one of a backup that was begun.
        const int finished = 149;
        var backup = Path.Combine(folder.Location, "backup");
        var progress = Path.Combine(backup, "progress.jsonl");
        Directory.CreateDirectory(Path.Combine(backup, "parts", "000"));
        await File.WriteAllBytesAsync(progress, []);
        var pipe = Parts(backup, finished + 1).Last();
        Assert.Equal(0, MakePipe(pipe, 0b110_000_000));
        await using var process = new ManagedProcess("soma.dll", data);
        process.Start("backup", "--to", backup);
        await Eventually.TrueAsync(
            () => LinesOf(progress).Length > finished || (process.IsRunning ? false : throw new InvalidOperationException($"ended too early: {process.Errors}")),
            Patience);
        process.Kill();
        Assert.Equal(137, await process.WaitForEndAsync());
        File.Delete(pipe);
        var archiving = new Archiving(data);
        (await archiving.VerifyAsync(backup)).AssertFailed(ExitCode.ArchiveRefused, "was not finished");
        var before = Parts(backup, finished).Select(File.GetLastWriteTimeUtc).ToArray();
        // A finished part that was damaged since is not reused.
        var damaged = Parts(backup, 1).Single();
        await File.WriteAllBytesAsync(damaged, [1, 2, 3]);

        var ended = await archiving.BackupAsync(backup);

        ended.AssertWell();
        Assert.Contains($"300 namespaces ({finished - 1} of them by the run before)", ended.Output, StringComparison.Ordinal);
        Assert.Equal(before[1..], Parts(backup, finished).Skip(1).Select(File.GetLastWriteTimeUtc));
        (await archiving.VerifyAsync(backup)).AssertWell();
        Assert.False(File.Exists(progress));
    }

    private static async Task<string> LargeBackupAsync(TestFolder folder)
    {
        var source = new Archiving(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = Path.Combine(folder.Location, "source") });
        var lines = Path.Combine(folder.Location, "large.jsonl");
        await File.WriteAllLinesAsync(
            lines, Enumerable.Range(0, Memories).Select(i => $$"""{"coordinate":[{{i / 200}},{{i % 200}}],"memory_type":"semantic","text":"note number {{i}}"}"""));
        (await source.ImportAsync("large", lines)).AssertWell();
        var backup = Path.Combine(folder.Location, "backup");
        (await source.BackupAsync(backup)).AssertWell();
        return backup;
    }

    [DllImport("libc", EntryPoint = "mkfifo", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MakePipe([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    private static string[] LinesOf(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static IEnumerable<string> Parts(string backup, int count) =>
        Enumerable.Range(1, count).Select(number => Path.Combine(backup, "parts", "000", $"{number:D6}.gz"));

    // Counts rows directly in the database. If the database does not exist yet, there are none.
    private static async Task<long> CountAsync(ServedStore store, StoreKind kind, string condition)
    {
        try
        {
            if (kind == StoreKind.Postgres)
            {
                await using var connection = new NpgsqlConnection(store.Environment["SOMA_POSTGRES_URL"] + ";Pooling=false");
                await connection.OpenAsync();
                await using var command = new NpgsqlCommand($"SELECT count(*) FROM soma.namespaces WHERE {condition}", connection);
                return (long)(await command.ExecuteScalarAsync())!;
            }

            using var database = new SqliteConnection($"Data Source={Path.Combine(store.Environment["SOMA_DATA_DIR"]!, "soma.db")};Mode=ReadOnly;Pooling=false");
            database.Open();
            using var statement = database.CreateCommand();
            statement.CommandText = $"SELECT count(*) FROM namespaces WHERE {condition}";
            return (long)statement.ExecuteScalar()!;
        }
        catch (Exception failure) when (failure is PostgresException { SqlState: "42P01" or "3F000" } or SqliteException)
        {
            return 0;
        }
    }
}
