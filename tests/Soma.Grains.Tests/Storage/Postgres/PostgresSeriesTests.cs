using Npgsql;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Postgres;
using Soma.Testing;

namespace Soma.Grains.Tests.Storage.Postgres;

/// <summary>Commits that share a transaction have fates of their own.</summary>
[Collection(PostgresGroup.Name)]
public sealed class PostgresSeriesTests(PostgresFixture fixture) : IAsyncLifetime
{
    // One sender. While it waits for a row that the test holds, all further commits gather behind it and become one series.
    private readonly PostgresStoreOptions _options = new() { MaxConcurrentCommits = 1, LockTimeout = TimeSpan.FromSeconds(10) };
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
    public async Task Commits_of_several_namespaces_share_a_transaction_and_a_fenced_one_does_not_concern_the_others()
    {
        var store = new PostgresStore(_dataSource, _options);
        var owners = await TakeAsync(store, 4);
        owners[2].Epoch--;
        var results = await CommitBehindAsync(store, [.. owners.Select(owner => owner.Puts(1))]);

        Assert.Equal(
            [CommitStatus.Committed, CommitStatus.Committed, CommitStatus.Fenced, CommitStatus.Committed],
            [.. (await Task.WhenAll(results)).Select(result => result.Status)]);
        Assert.Equal("1 1 0 1", await RowsAsync(store, owners));
        var transactions = await Task.WhenAll(new[] { owners[0], owners[1], owners[3] }.Select(WritingTransactionAsync));
        Assert.Single(transactions.Distinct());
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

    private async Task<string> WritingTransactionAsync(TestOwner owner)
    {
        await using var command = _dataSource.CreateCommand($"SELECT xmin::text FROM soma.log WHERE namespace_id = {owner.Id}");
        return (string)(await command.ExecuteScalarAsync())!;
    }

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
