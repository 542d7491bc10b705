using System.Text;
using Npgsql;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage.Postgres;
using Soma.Grains.Tests.Engine;
using Soma.Testing.Postgres;

namespace Soma.Grains.Tests.Storage.Postgres;

/// <summary>
/// A silo of the version before runs beside this one during an upgrade. It knows receipts and no operations in the log, and still applies
/// nothing twice.
/// </summary>
[Collection(PostgresGroup.Name)]
public sealed class PostgresOlderBuildTests(PostgresFixture fixture)
{
    // As the version before wrote it.
    private const string TakeEpoch = """
        WITH predecessor AS (
          SELECT id, released, lease_ms FROM soma.namespaces WHERE tenant = $1 AND name = $2 FOR UPDATE)
        UPDATE soma.namespaces n SET epoch = n.epoch + 1, released = false, lease_ms = $3
        FROM predecessor p
        WHERE n.id = p.id
        RETURNING n.id
        """;

    private const int FirstWithOperations = 7;

    private readonly PostgresStore _store = new(fixture.Shared, PatientPostgres.Options);

    [Theory, InlineData("1,2"), InlineData("@a \"quoted\" \\ ü / id")]
    public async Task Silo_of_the_version_before_finds_the_answer_to_an_operation_that_this_version_committed(string coordinate)
    {
        var key = TestOwner.NewKey();
        var operation = Operation();
        var reply = await new EngineHarness(_store, key: key).WriteAsync(EngineHarness.Put(coordinate, "a kettle", operation));
        var id = await TakeAsOlderBuildAsync(key);
        var receipt = Assert.Single((await _store.ReadAsync(id, [], [operation.Value], default)).Receipts).Value;
        Assert.Equal(Encoding.UTF8.GetString(reply.Body), Encoding.UTF8.GetString(receipt.Body));
        Assert.Equal((reply.Status, reply.Seq, reply.ETag), (receipt.Status, receipt.Seq, receipt.ETag));
        Assert.Equal(operation.RequestHash, receipt.RequestHash);
        Assert.True(receipt.ExpiresAt > Instant.From(DateTimeOffset.UtcNow.AddMinutes(9)));
    }

    [Fact]
    public async Task Silo_of_the_version_before_may_take_a_namespace_again_and_again()
    {
        var key = TestOwner.NewKey();
        await new EngineHarness(_store, key: key).WriteAsync(EngineHarness.Put("1,2", "a kettle", Operation()));
        await TakeAsOlderBuildAsync(key);
        var id = await TakeAsOlderBuildAsync(key);
        Assert.Equal(1L, await CountReceiptsAsync(id));
    }

    [Fact]
    public async Task Silos_of_this_version_that_take_a_namespace_from_each_other_leave_no_receipts()
    {
        var key = TestOwner.NewKey();
        await new EngineHarness(_store, key: key).WriteAsync(EngineHarness.Put("1,2", "a kettle", Operation()));
        var next = await TestOwner.TakeAsync(_store, key);
        Assert.True(await _store.AdvanceEpochAsync(next.Id, next.Epoch, default));
        Assert.Equal(0L, await CountReceiptsAsync(next.Id));
    }

    [Fact]
    public async Task Database_of_the_version_before_is_migrated_without_rewriting_its_log_and_its_owner_commits_on()
    {
        var options = PatientPostgres.Options;
        await using var dataSource = PostgresDataSource.Create(await fixture.Server.CreateDatabaseAsync(), options);
        await RunAsync(dataSource, PostgresSql.Named["create_schema"]);
        foreach (var migration in PostgresSql.Migrations.Where(migration => migration.Version < FirstWithOperations))
        {
            await RunAsync(dataSource, migration.Sql);
        }

        await RunAsync(dataSource, $"""
            UPDATE soma.schema_version SET version = {FirstWithOperations - 1}, readable_from = 1;
            INSERT INTO soma.namespaces (tenant, name, epoch, commit_no, head_seq, count_episodic) VALUES ('t', 'n', 1, 1, 1000, 1000);
            INSERT INTO soma.log (namespace_id, seq, op, coord, version, epoch, created_seq, type, payload, has_text, importance, strength, created_at, at)
            SELECT 1, n, 0, n || '.0', 1, 1, n, 0, '\x7b7d', false, 1, 0, 1, 1 FROM generate_series(1, 1000) n;
            INSERT INTO soma.memories (namespace_id, coord, seq, version, alive, type, importance, has_vector, created_seq, created_at)
            SELECT 1, n || '.0', n, 1, true, 0, 1, false, n, 1 FROM generate_series(1, 1000) n
            """);
        var files = await FileOfLogAsync(dataSource);
        var logger = new RecordingLogger<PostgresSchema>();
        await new PostgresSchema(dataSource, options, logger).InitializeAsync(default);
        Assert.Equal(files, await FileOfLogAsync(dataSource));
        var newest = PostgresSql.Migrations[^1].Version;
        Assert.Equal(
            $"Warning: The store's schema is brought from version 6 to {newest} before the service answers: step 1 of {newest - 6}", logger.Lines.First());
        Assert.Equal(PostgresSql.Migrations.Count(migration => migration.Version >= FirstWithOperations), logger.Lines.Count);

        var store = new PostgresStore(dataSource, options);
        var reply = await new EngineHarness(store, key: new NamespaceKey("t", "n")).WriteAsync(EngineHarness.Put("7", "a kettle", Operation()));
        Assert.Equal((200, 1001), (reply.Status, reply.Seq));
        Assert.Contains("\"version\":2", Encoding.UTF8.GetString(reply.Body), StringComparison.Ordinal);
    }

    // A table that is rewritten gets another file.
    private static async Task<object?> FileOfLogAsync(NpgsqlDataSource dataSource)
    {
        await using var command = dataSource.CreateCommand("SELECT pg_relation_filenode('soma.log') || ' ' || pg_relation_filenode('soma.memories')");
        return await command.ExecuteScalarAsync();
    }

    private static async Task RunAsync(NpgsqlDataSource dataSource, string sql)
    {
        await using var command = dataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static IdempotencyKey Operation() => new() { Value = $"g:{Guid.NewGuid():N}", RequestHash = [.. Enumerable.Range(0, 32).Select(i => (byte)i)] };

    private async Task<long> TakeAsOlderBuildAsync(NamespaceKey key)
    {
        await using var command = fixture.Shared.CreateCommand(TakeEpoch);
        command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = key.Tenant }, new() { Value = key.Name }, new() { Value = 50L } });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<long> CountReceiptsAsync(long id)
    {
        await using var command = fixture.Shared.CreateCommand("SELECT count(*) FROM soma.receipts WHERE namespace_id = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
