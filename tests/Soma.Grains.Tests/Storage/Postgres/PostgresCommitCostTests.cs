using Npgsql;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Postgres;

namespace Soma.Grains.Tests.Storage.Postgres;

/// <summary>The cost of a write does not grow with the namespace: counted in rows read, not in time.</summary>
[Collection(PostgresGroup.Name)]
public sealed class PostgresCommitCostTests(PostgresFixture fixture)
{
    private const string RowsRead = """
        SELECT relname, (seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_xact_user_tables WHERE schemaname = 'soma'
        """;

    [Fact]
    public async Task Commit_reads_only_the_rows_it_touches_though_the_statistics_are_from_an_empty_database()
    {
        var options = new PostgresStoreOptions();
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
        foreach (var (table, rows) in await CountAsync(address, batch))
        {
            Assert.True(rows <= 20, $"{rows} rows of {table} were read.");
        }
    }

    private static async Task<List<(string Table, long Rows)>> CountAsync(string address, CommitBatch batch)
    {
        // A session of its own: what an older one has read and not yet reported would be counted with it.
        await using var connection = new NpgsqlConnection(address + ";Pooling=false");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var commit = new NpgsqlCommand(PostgresSql.Named["commit"], connection);
        commit.Parameters.AddRange(PostgresStore.ToParameters(batch));
        Assert.Equal(0, await commit.ExecuteScalarAsync());

        var counted = new List<(string, long)>();
        await using var read = new NpgsqlCommand(RowsRead, connection);
        await using var rows = await read.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            counted.Add((rows.GetString(0), rows.GetInt64(1)));
        }

        Assert.Contains(counted, one => one.Item1 == "memories" && one.Item2 > 0);
        return counted;
    }
}
