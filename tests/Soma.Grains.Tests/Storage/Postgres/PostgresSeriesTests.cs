using Npgsql;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Postgres;
using Soma.Testing;
using Soma.Testing.Postgres;

namespace Soma.Grains.Tests.Storage.Postgres;

/// <summary>Commits that share a transaction have fates of their own.</summary>
[Collection(PostgresGroup.Name)]
public sealed class PostgresSeriesTests(PostgresFixture fixture) : IAsyncLifetime
{
    // One sender. While it waits for a row that the test holds, all further commits gather behind it and become one series.
    private readonly PostgresStoreOptions _options = PatientPostgres.Options with { MaxConcurrentCommits = 1 };
    private string _database = "";
    private NpgsqlDataSource _dataSource = NpgsqlDataSource.Create("Host=nowhere.invalid");

    public async Task InitializeAsync()
    {
        _database = await fixture.Server.CreateDatabaseAsync();
        _dataSource = PostgresDataSource.Create(_database, _options);
        await new PostgresSchema(_dataSource, _options).InitializeAsync(default);
    }

    public async Task DisposeAsync() => await _dataSource.DisposeAsync();

    [Fact]
    public async Task Stores_of_several_namespaces_share_a_transaction_and_each_counts_its_own_memories()
    {
        var store = new PostgresStore(_dataSource, _options);
        var owners = await TakeAsync(store, 3);
        await owners[1].CommitAsync(owners[1].Puts(1, 2));
        await owners[2].CommitAsync(owners[2].Deletes(1));
        var batches = new[]
        {
            owners[0].Batch(owners[0].PutRow(1, 1), owners[0].PutRow(2, 2, MemoryType.Semantic)),
            owners[1].Batch(owners[1].PutRow(2, 3, MemoryType.Belief)) with { AccessCounts = [(TestOwner.At(1), 3)] },
            owners[2].Puts(1),
        };
        var results = await Task.WhenAll(await CommitBehindAsync(store, batches));

        Assert.Equal([(CommitStatus.Committed, 2), (CommitStatus.Committed, 2), (CommitStatus.Committed, 1)], [.. results.Select(result => (result.Status, result.MemoryCount))]);
        Assert.Single((await Task.WhenAll(owners.Select(LastTransactionAsync))).Distinct());
        for (var i = 0; i < owners.Length; i++)
        {
            owners[i].MoveOn(batches[i]);
        }

        Assert.Equal((1, 1, 0), TypesOf(await owners[0].CountsAsync()));
        Assert.Equal((1, 0, 1), TypesOf(await owners[1].CountsAsync()));
        Assert.Equal((1, 0, 0), TypesOf(await owners[2].CountsAsync()));
        Assert.Equal(3, (await owners[1].ReadAsync(1))!.AccessCount);
        await owners[1].CommitAsync(owners[1].Puts(3));
    }

    [Fact]
    public async Task Fenced_commit_does_not_concern_those_it_would_have_shared_a_transaction_with()
    {
        var store = new PostgresStore(_dataSource, _options);
        var owners = await TakeAsync(store, 4);
        owners[2].Epoch--;
        var results = await CommitBehindAsync(store, [.. owners.Select(owner => owner.Puts(1))]);

        Assert.Equal(
            [CommitStatus.Committed, CommitStatus.Committed, CommitStatus.Fenced, CommitStatus.Committed],
            [.. (await Task.WhenAll(results)).Select(result => result.Status)]);
        Assert.Equal("1 1 0 1", await RowsAsync(store, owners));
    }

    [Fact]
    public async Task Two_commits_of_one_state_of_a_namespace_that_wait_together_are_not_both_applied()
    {
        var store = new PostgresStore(_dataSource, _options);
        var owners = await TakeAsync(store, 2);
        var results = await Task.WhenAll(await CommitBehindAsync(store, owners[0].Puts(1), owners[1].Puts(1), owners[0].Puts(2)));

        Assert.Equal(CommitStatus.Committed, results[1].Status);
        Assert.Equal([CommitStatus.Committed, CommitStatus.Fenced], [.. new[] { results[0].Status, results[2].Status }.Order()]);
        Assert.Equal("1 1", await RowsAsync(store, owners));
    }

    [Fact]
    public async Task Commit_that_waits_for_a_row_keeps_no_other_namespace_waiting()
    {
        var store = new PostgresStore(_dataSource, PatientPostgres.Options);
        var (held, free) = (await TestOwner.TakeNewAsync(store), await TestOwner.TakeNewAsync(store));
        await using (await HoldRowAsync(held))
        {
            var waiting = store.CommitAsync(held.Puts(1), default);
            await FindCommitAsync();
            await free.CommitAsync(free.Puts(1));
            Assert.False(waiting.IsCompleted);
        }
    }

    [Fact]
    public async Task Row_that_the_server_refuses_fails_its_own_commit_alone()
    {
        var store = new PostgresStore(_dataSource, _options);
        var owners = await TakeAsync(store, 3);
        var type = string.Concat(Enumerable.Range(0, 5000).Select(i => (char)('!' + ((i * 7919) % 5000))));
        var results = await CommitBehindAsync(store, owners[0].Puts(1), owners[1].Links(owners[1].Link(1, 2, 1, type: type)), owners[2].Puts(1));

        Assert.Equal(CommitStatus.Committed, (await results[0]).Status);
        await Assert.ThrowsAsync<RowRejectedException>(() => results[1]);
        Assert.Equal(CommitStatus.Committed, (await results[2]).Status);
        Assert.Equal("1 0 1", await RowsAsync(store, owners));
    }

    [Fact]
    public async Task Text_without_bytes_fails_its_own_commit_alone()
    {
        var store = new PostgresStore(_dataSource, _options);
        var owners = await TakeAsync(store, 2);
        var half = $"half {(char)0xd800} pair";
        var results = await CommitBehindAsync(
            store, owners[0].Batch(owners[0].PutRow(1, 1).With(memory => memory with { Text = half })), owners[1].Puts(1));

        await Assert.ThrowsAsync<RowRejectedException>(() => results[0]);
        Assert.Equal(CommitStatus.Committed, (await results[1]).Status);
        owners[1].MoveOn(owners[1].Puts(1));
        await owners[1].CommitAsync(owners[1].Puts(2));
    }

    [Fact]
    public async Task Commit_cancelled_while_it_waits_behind_others_was_never_sent()
    {
        var store = new PostgresStore(_dataSource, _options);
        var (first, second) = (await TestOwner.TakeNewAsync(store), await TestOwner.TakeNewAsync(store));
        using var cancellation = new CancellationTokenSource();
        await using (await HoldRowAsync(first))
        {
            var sent = store.CommitAsync(first.Puts(1), default);
            await FindCommitAsync();
            var waiting = store.CommitAsync(second.Puts(1), cancellation.Token);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
            Assert.False(sent.IsCompleted);
        }

        await second.CommitAsync(second.Puts(2));
    }

    private static async Task<string> RowsAsync(PostgresStore store, TestOwner[] owners) =>
        string.Join(' ', await Task.WhenAll(owners.Select(async owner => (await store.ReadLogAsync(owner.Id, 0, 9, default)).Count)));

    private static async Task<TestOwner[]> TakeAsync(PostgresStore store, int count)
    {
        var owners = new TestOwner[count];
        for (var i = 0; i < count; i++)
        {
            owners[i] = await TestOwner.TakeNewAsync(store);
        }

        return owners;
    }

    // Starts the commits while the only sender waits, and lets it go on.
    private async Task<Task<CommitResult>[]> CommitBehindAsync(PostgresStore store, params CommitBatch[] batches)
    {
        var blocked = await TestOwner.TakeNewAsync(store);
        Task<CommitResult>[] commits;
        Task<CommitResult> first;
        await using (await HoldRowAsync(blocked))
        {
            first = store.CommitAsync(blocked.Puts(1), default);
            await FindCommitAsync();
            commits = [.. batches.Select(batch => store.CommitAsync(batch, default))];
        }

        Assert.Equal(CommitStatus.Committed, (await first).Status);
        return commits;
    }

    private async Task<string> LastTransactionAsync(TestOwner owner)
    {
        await using var command = _dataSource.CreateCommand($"SELECT xmin::text FROM soma.log WHERE namespace_id = {owner.Id} ORDER BY seq DESC LIMIT 1");
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private static (long Episodic, long Semantic, long Belief) TypesOf(MemoryCounts counts) => (counts.Episodic, counts.Semantic, counts.Belief);

    private async Task<IAsyncDisposable> HoldRowAsync(TestOwner owner)
    {
        var connection = new NpgsqlConnection(_database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"BEGIN; SELECT 1 FROM soma.namespaces WHERE id = {owner.Id} FOR UPDATE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private async Task FindCommitAsync()
    {
        await using var command = _dataSource.CreateCommand(
            "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%commit_batch%' AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()");
        await Eventually.TrueAsync(async () => await command.ExecuteScalarAsync() is true);
    }
}
