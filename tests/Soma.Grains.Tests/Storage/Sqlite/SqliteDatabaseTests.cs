using Microsoft.Data.Sqlite;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Sqlite;
using Soma.Grains.Tests.Engine;

namespace Soma.Grains.Tests.Storage.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Second_process_on_one_folder_is_refused_until_the_first_is_gone()
    {
        var first = new SqliteDatabase(_folder.Path);
        await first.InitializeAsync(default);
        using var second = new SqliteDatabase(_folder.Path);
        var refusal = await Assert.ThrowsAsync<DataFolderInUseException>(() => second.InitializeAsync(default));
        Assert.Contains(_folder.Path, refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
        first.Dispose();
        await second.InitializeAsync(default);
    }

    [Fact]
    public async Task Folder_that_cannot_be_made_is_one_line()
    {
        var file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "");
        using var database = new SqliteDatabase(Path.Combine(file, "below"));
        var refusal = await Assert.ThrowsAsync<DataFolderException>(() => database.InitializeAsync(default));
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public async Task Database_of_the_version_before_is_migrated_and_its_memories_go_on()
    {
        const int firstWithOperations = 3;
        using (var older = new SqliteSession(Path.Combine(_folder.Path, "soma.db"), SqliteOpenMode.ReadWriteCreate))
        {
            older.ExecuteScript(SqliteSql.Named["create_schema"]);
            foreach (var migration in SqliteSql.Migrations.Where(migration => migration.Version < firstWithOperations))
            {
                older.ExecuteScript(migration.Sql);
            }

            older.ExecuteScript("""
                UPDATE schema_version SET version = 2, readable_from = 1;
                INSERT INTO namespaces (tenant, name, epoch, commit_no, head_seq, count_episodic) VALUES ('t', 'n', 1, 1, 1, 1);
                INSERT INTO log (namespace_id, seq, op, coord, version, epoch, created_seq, type, payload, has_text, importance, strength, created_at, at)
                VALUES (1, 1, 0, '7.0', 1, 1, 1, 0, x'7b7d', 0, 1, 0, 1, 1);
                INSERT INTO memories (namespace_id, coord, seq, version, alive, type, importance, has_vector, created_seq, created_at)
                VALUES (1, '7.0', 1, 1, 1, 0, 1, 0, 1, 1);
                INSERT INTO receipts (namespace_id, key, request_hash, status, body, seq, etag, expires_at)
                VALUES (1, x'6b', x'01', 200, x'7b7d', 1, 9, 5), (1, x'6c', x'02', 200, x'5b5d', 1, NULL, 6);
                """);
        }

        var logger = new RecordingLogger<SqliteDatabase>();
        using var database = new SqliteDatabase(_folder.Path, logger);
        await database.InitializeAsync(default);
        Assert.Contains($"step 1 of {SqliteSql.Migrations[^1].Version - 2}", logger.Lines.First(), StringComparison.Ordinal);
        var receipts = await database.WriteAsync(
            session => session.Read(
                "SELECT hex(key) || hex(request_hash) || status || hex(body) || seq || ifnull(etag, '-') || expires_at FROM receipts ORDER BY key",
                row => row.GetString(0)),
            default);
        Assert.Equal(["6B012007B7D195", "6C022005B5D1-6"], receipts);
        var reply = await new EngineHarness(new SqliteStore(database), key: new NamespaceKey("t", "n")).WriteAsync(EngineHarness.Put("7", "a kettle"));
        Assert.Equal((200, 2), (reply.Status, reply.Seq));
        Assert.Contains("\"version\":2", System.Text.Encoding.UTF8.GetString(reply.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_committed_is_there_when_the_files_are_opened_as_a_crash_left_them()
    {
        using var crashed = new TempFolder();
        var (id, key) = (0L, default(NamespaceKey));
        using (var database = new SqliteDatabase(_folder.Path))
        {
            await database.InitializeAsync(default);
            var owner = await TestOwner.TakeNewAsync(new SqliteStore(database));
            for (var i = 0; i < 10; i++)
            {
                await owner.CommitAsync(owner.Puts(i, i + 1));
            }

            (id, key) = (owner.Id, owner.Key);
            // The WAL as it lies there while the process still runs: nothing was closed in order.
            foreach (var file in Directory.GetFiles(_folder.Path, "soma.db*"))
            {
                File.Copy(file, Path.Combine(crashed.Path, Path.GetFileName(file)));
            }
        }

        using var reopened = new SqliteDatabase(crashed.Path);
        await reopened.InitializeAsync(default);
        var store = new SqliteStore(reopened);
        Assert.Equal(20, (await store.ReadLogAsync(id, 0, 100, default)).Count);
        var next = await TestOwner.TakeAsync(store, key);
        Assert.Equal((2, 10, 20, 11), (next.Epoch, next.CommitNo, next.Head, next.Taken.MemoryCount));
        await next.CommitAsync(next.Puts(1));
    }

    [Fact]
    public async Task Everything_is_there_after_an_orderly_restart()
    {
        long id;
        var logger = new RecordingLogger<SqliteDatabase>();
        using (var database = new SqliteDatabase(_folder.Path, logger))
        {
            await database.InitializeAsync(default);
            var owner = await TestOwner.TakeNewAsync(new SqliteStore(database));
            await owner.CommitAsync(owner.Puts(1));
            id = owner.Id;
        }

        Assert.Empty(logger.Lines);
        using var again = new SqliteDatabase(_folder.Path);
        await again.InitializeAsync(default);
        Assert.Single(await new SqliteStore(again).ReadLogAsync(id, 0, 10, default));
    }

    [Fact]
    public async Task Schema_that_needs_a_newer_build_is_refused_untouched()
    {
        Write("CREATE TABLE schema_version (only_row INTEGER PRIMARY KEY, version INTEGER, readable_from INTEGER); INSERT INTO schema_version VALUES (1, 99, 98)");
        var before = await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "soma.db"));
        using (var database = new SqliteDatabase(_folder.Path))
        {
            var refusal = await Assert.ThrowsAsync<SchemaException>(() => database.InitializeAsync(default));
            Assert.DoesNotContain('\n', refusal.Message);
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "soma.db")));
    }

    [Fact]
    public async Task File_that_is_no_database_is_refused()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "soma.db"), new string('x', 4096));
        using var database = new SqliteDatabase(_folder.Path);
        await Assert.ThrowsAsync<SchemaException>(() => database.InitializeAsync(default));
    }

    [Fact]
    public async Task Store_that_is_closed_is_unavailable()
    {
        var database = new SqliteDatabase(_folder.Path);
        var store = new SqliteStore(database);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CheckWritableAsync(default));
        await database.InitializeAsync(default);
        await store.CheckWritableAsync(default);
        database.Dispose();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CheckWritableAsync(default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadStatsAsync(false, default));
    }

    private void Write(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.Path, "soma.db")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
