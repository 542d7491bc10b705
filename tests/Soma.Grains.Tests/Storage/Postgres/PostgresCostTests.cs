using Npgsql;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Postgres;
using Soma.Testing.Postgres;

namespace Soma.Grains.Tests.Storage.Postgres;

/// <summary>What a statement costs does not grow with rows that it does not touch: counted in rows read, not in time.</summary>
[Collection(PostgresGroup.Name)]
public sealed class PostgresCostTests(PostgresFixture fixture)
{
    private const string RowsRead = """
        SELECT relname, (seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_xact_user_tables WHERE schemaname = 'soma'
        """;

    [Fact]
    public async Task Commit_reads_only_the_rows_it_touches_though_the_statistics_are_from_an_empty_database()
    {
        var options = PatientPostgres.Options;
        var address = await fixture.Server.CreateDatabaseAsync();
        await using var dataSource = PostgresDataSource.Create(address, options);
        await new PostgresSchema(dataSource, options).InitializeAsync(default);
        var store = new PostgresStore(dataSource, options);
        var owner = await TestOwner.TakeNewAsync(store);
        for (var i = 0; i < 5; i++)
        {
            var puts = owner.Puts([.. Enumerable.Range(i * 100, 100)]);
            await owner.CommitAsync(puts with { Receipts = [.. Enumerable.Range(0, 100).Select(n => owner.Receipt($"c:{i}:{n}"))] });
            await owner.CommitAsync(owner.Links([.. Enumerable.Range(0, 100).Select(n => owner.Link(n, i, owner.Head + 1 + n))]));
        }

        var batch = owner.Batch(owner.DeleteRow(450, owner.Head + 1), owner.PutRow(451, owner.Head + 2)) with
        {
            Receipts = [owner.Receipt("c:new"), owner.Receipt("c:newer")],
            Purges = [TestOwner.At(450)],
            DeletedLinks = [owner.Link(7, 3, 0).Key],
            AccessCounts = [(TestOwner.At(452), 1)],
        };
        var counted = await CountAsync(
            address, PostgresSql.Named["commit"], PostgresStore.ToParameters(batch), async commit => Assert.Equal(0, await commit.ExecuteScalarAsync()));
        Assert.Contains(counted, one => one is { Table: "memories", Rows: > 0 });
        Assert.All(counted, one => Assert.True(one.Rows <= 20, $"{one.Rows} rows of {one.Table} were read."));
    }

    [Fact]
    public async Task Stores_of_several_namespaces_read_only_the_rows_they_touch_though_the_statistics_are_from_an_empty_database()
    {
        var options = PatientPostgres.Options;
        var address = await fixture.Server.CreateDatabaseAsync();
        await using var dataSource = PostgresDataSource.Create(address, options);
        await new PostgresSchema(dataSource, options).InitializeAsync(default);
        var store = new PostgresStore(dataSource, options);
        var batches = new List<CommitBatch>();
        for (var i = 0; i < 4; i++)
        {
            var owner = await TestOwner.TakeNewAsync(store);
            await owner.CommitAsync(owner.Puts([.. Enumerable.Range(0, 200)]) with { Receipts = [owner.Receipt("g:before")] });
            batches.Add(owner.Batch(owner.PutRow(7, owner.Head + 1), owner.PutRow(1000, owner.Head + 2)) with { AccessCounts = [(TestOwner.At(8), 1)] });
        }

        var counted = await CountAsync(
            address, PostgresSql.Named["commit_batches"], PostgresStore.ToParameters(batches),
            async commit => Assert.IsType<long[]>(await commit.ExecuteScalarAsync()));
        Assert.Contains(counted, one => one is { Table: "memories", Rows: > 0 });
        Assert.All(counted, one => Assert.True(one.Rows <= 40, $"{one.Rows} rows of {one.Table} were read."));
    }

    [Fact]
    public async Task Fork_of_the_present_reads_one_log_row_for_each_memory_and_not_the_whole_log()
    {
        var options = PatientPostgres.Options;
        var address = await fixture.Server.CreateDatabaseAsync();
        await using var dataSource = PostgresDataSource.Create(address, options);
        await new PostgresSchema(dataSource, options).InitializeAsync(default);
        var owner = await TestOwner.TakeNewAsync(new PostgresStore(dataSource, options));
        for (var version = 0; version < 50; version++)
        {
            await owner.CommitAsync(owner.Puts([.. Enumerable.Range(0, 10)]));
        }

        NpgsqlParameter[] parameters = [new() { Value = owner.Id }, new() { Value = 0L }, new() { Value = owner.Id + 1 }];
        var counted = await CountAsync(
            address, PostgresArchive.Sql["fork_present"], parameters, async fork => Assert.Equal(10, await fork.ExecuteNonQueryAsync()));
        Assert.Equal(10, Assert.Single(counted, one => one.Table == "log").Rows);
    }

    private static async Task<List<(string Table, long Rows)>> CountAsync(
        string address, string statement, NpgsqlParameter[] parameters, Func<NpgsqlCommand, Task> run)
    {
        // A session of its own: what an older one has read and not yet reported would be counted with it.
        await using var connection = new NpgsqlConnection(address + ";Pooling=false");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        command.Parameters.AddRange(parameters);
        await run(command);

        var counted = new List<(string, long)>();
        await using var read = new NpgsqlCommand(RowsRead, connection);
        await using var rows = await read.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            counted.Add((rows.GetString(0), rows.GetInt64(1)));
        }

        return counted;
    }
}
