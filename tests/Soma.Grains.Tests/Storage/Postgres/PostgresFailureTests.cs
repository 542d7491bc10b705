using Npgsql;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Postgres;
using Soma.Testing.Postgres;

namespace Soma.Grains.Tests.Storage.Postgres;

/// <summary>What each failure of Postgres is called, and that the name is true.</summary>
[Collection(PostgresGroup.Name)]
public sealed class PostgresFailureTests(PostgresFixture fixture) : IAsyncLifetime
{
    private readonly PostgresStoreOptions _options = PatientPostgres.Options with { LockTimeout = TimeSpan.FromMilliseconds(200) };
    private string _database = "";
    private NpgsqlDataSource _dataSource = NpgsqlDataSource.Create("Host=nowhere.invalid");

    private PostgresStore Store => new(_dataSource, _options);

    public async Task InitializeAsync()
    {
        _database = await fixture.Server.CreateDatabaseAsync();
        _dataSource = PostgresDataSource.Create(_database, _options);
        await new PostgresSchema(_dataSource, _options).InitializeAsync(default);
    }

    public async Task DisposeAsync() => await _dataSource.DisposeAsync();

    [Fact]
    public async Task Server_that_cannot_be_reached_is_unavailable_and_commits_certainly_not_applied()
    {
        await using var nowhere = PostgresDataSource.Create("Host=127.0.0.1;Port=1;Username=soma;Database=none", _options);
        var store = new PostgresStore(nowhere, _options);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CheckWritableAsync(default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.TakeEpochAsync(TestOwner.NewKey(), TimeSpan.Zero, default));
        var batch = new CommitBatch { NamespaceId = 1, Epoch = 1, ExpectedCommitNo = 0, HeadSeq = 0, At = new Instant(1) };
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync(batch, default));
    }

    [Fact]
    public async Task Row_that_another_session_holds_makes_commit_and_takeover_unavailable()
    {
        var store = Store;
        var owner = await TestOwner.TakeNewAsync(store);
        await using (await HoldRowAsync(owner))
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync(owner.Puts(1), default));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.TakeEpochAsync(owner.Key, TimeSpan.Zero, default));
        }

        await owner.CommitAsync(owner.Puts(1));
    }

    [Fact]
    public async Task Connection_lost_during_a_commit_leaves_it_unknown_until_the_log_decides()
    {
        await using var patient = PostgresDataSource.Create(_database, PatientPostgres.Options);
        var store = new PostgresStore(patient, PatientPostgres.Options);
        var owner = await TestOwner.TakeNewAsync(store);
        var batch = owner.Puts(1);
        Task<CommitResult> commit;
        await using (await HoldRowAsync(owner))
        {
            commit = store.CommitAsync(batch, default);
            await TerminateCommitAsync();
            await Assert.ThrowsAsync<CommitUnknownException>(() => commit);
        }

        Assert.True(await store.AdvanceEpochAsync(owner.Id, owner.Epoch, default));
        Assert.False(await store.WasAppliedAsync(batch, default));
        owner.Epoch++;
        await owner.CommitAsync(owner.Puts(1));
    }

    [Fact]
    public async Task Commit_cancelled_while_the_server_works_on_it_is_unknown()
    {
        await using var patient = PostgresDataSource.Create(_database, PatientPostgres.Options);
        var store = new PostgresStore(patient, PatientPostgres.Options);
        var owner = await TestOwner.TakeNewAsync(store);
        using var cancellation = new CancellationTokenSource();
        await using (await HoldRowAsync(owner))
        {
            var commit = store.CommitAsync(owner.Puts(1), cancellation.Token);
            await FindCommitAsync();
            await cancellation.CancelAsync();
            await Assert.ThrowsAsync<CommitUnknownException>(() => commit);
        }
    }

    [Fact]
    public async Task Takeover_waits_for_the_commit_in_flight_and_sees_its_result()
    {
        await using var patient = PostgresDataSource.Create(_database, PatientPostgres.Options);
        var store = new PostgresStore(patient, PatientPostgres.Options);
        var owner = await TestOwner.TakeNewAsync(store);
        Task<CommitResult> commit;
        Task<TakenNamespace?> takeover;
        await using (await HoldRowAsync(owner))
        {
            commit = store.CommitAsync(owner.Puts(1, 2), default);
            await FindCommitAsync();
            takeover = store.TakeEpochAsync(owner.Key, TimeSpan.FromSeconds(1), default);
            await WaitForAsync("SELECT count(*) > 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
            Assert.False(commit.IsCompleted || takeover.IsCompleted);
        }

        Assert.Equal(CommitStatus.Committed, (await commit).Status);
        var taken = await takeover;
        Assert.Equal((2, 1, 2), (taken!.HeadSeq, taken.CommitNo, taken.Epoch));
    }

    [Fact]
    public async Task Row_beyond_a_limit_of_the_server_is_rejected_and_nothing_is_applied()
    {
        var store = Store;
        var owner = await TestOwner.TakeNewAsync(store);
        var type = string.Concat(Enumerable.Range(0, 5000).Select(i => (char)('!' + ((i * 7919) % 5000))));
        var batch = owner.Links(owner.Link(1, 2, 1, type: type));
        await Assert.ThrowsAsync<RowRejectedException>(() => store.CommitAsync(batch, default));
        Assert.Empty(await store.ReadLogAsync(owner.Id, 0, 1, default));
        await owner.CommitAsync(owner.Puts(1));
    }

    [Fact]
    public async Task Connections_have_their_limits_from_the_start_and_keep_them_in_the_pool()
    {
        for (var i = 0; i < 3; i++)
        {
            await using var command = _dataSource.CreateCommand(
                "SELECT current_setting('lock_timeout') || ' ' || current_setting('statement_timeout') || ' ' || current_setting('idle_in_transaction_session_timeout') || ' ' || current_setting('tcp_user_timeout')");
            Assert.Equal("200ms 2min 2min 120000", await command.ExecuteScalarAsync());
        }
    }

    private async Task<NpgsqlTransactionHolder> HoldRowAsync(TestOwner owner)
    {
        var connection = new NpgsqlConnection(_database + ";Pooling=false");
        await connection.OpenAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand($"SELECT 1 FROM soma.namespaces WHERE id = {owner.Id} FOR UPDATE", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlTransactionHolder(connection, transaction);
    }

    private Task FindCommitAsync() => WaitForAsync(
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%commit_batch%' AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()");

    private async Task TerminateCommitAsync()
    {
        await FindCommitAsync();
        await WaitForAsync(
            "SELECT coalesce(bool_or(pg_terminate_backend(pid)), false) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%commit_batch%' AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()");
    }

    private async Task WaitForAsync(string condition)
    {
        await using var connection = new NpgsqlConnection(_database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(condition, connection);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await command.ExecuteScalarAsync(deadline.Token) is not true)
        {
            await Task.Yield();
        }
    }

    private sealed class NpgsqlTransactionHolder(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
