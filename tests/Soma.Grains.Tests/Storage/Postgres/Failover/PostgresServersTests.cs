using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Postgres;
using Soma.Grains.Storage.Postgres.Failover;
using Soma.Testing;
using Soma.Testing.Postgres;

namespace Soma.Grains.Tests.Storage.Postgres.Failover;

/// <summary>One process that follows its database over restarts and promotions. Each test has servers of its own.</summary>
public sealed class PostgresServersTests : IDisposable
{
    private static readonly PostgresStoreOptions Options = PatientPostgres.Options;

    private readonly PostgresServer _server = new();
    private readonly LostWrites _lost = new();
    private readonly List<IDisposable> _others = [];

    public void Dispose()
    {
        _others.ForEach(one => one.Dispose());
        _server.Dispose();
    }

    [Fact]
    public async Task A_server_that_recovers_from_a_crash_or_is_restarted_is_no_loss()
    {
        var (store, servers) = await OpenAsync(await _server.CreateDatabaseAsync());
        var owner = await TestOwner.TakeNewAsync(store);
        await owner.CommitAsync(owner.Puts(1, 2));
        foreach (var restart in (Action[])[_server.StopImmediate, _server.StopInOrder, _server.StopImmediate])
        {
            restart();
            _server.Start();

            await Eventually.TrueAsync(() => servers.LookAsync(default));

            await owner.CommitAsync(owner.Puts(3));
            Assert.Null(_lost.Known);
        }
    }

    [Fact]
    public async Task A_deleted_and_a_restored_namespace_are_no_loss()
    {
        var address = await _server.CreateDatabaseAsync();
        var (store, servers) = await OpenAsync(address);
        var (deleted, replaced) = (await TestOwner.TakeNewAsync(store), await TestOwner.TakeNewAsync(store));
        await deleted.CommitAsync(deleted.Puts(1));
        await replaced.CommitAsync(replaced.Puts(1));
        await store.RemoveAsync(new NamespaceRemoval(deleted.Id, deleted.Key, "soma"), default);
        while (await store.SweepRemovedAsync(deleted.Id, 1000, default) > 0)
        {
        }

        await RunAsync(address, $"UPDATE soma.namespaces SET tenant = '~replaced', name = id::text, epoch = epoch + 1, head_seq = 0 WHERE id = {replaced.Id}");
        await TestOwner.TakeNewAsync(store);

        RestartServer();
        await Eventually.TrueAsync(() => servers.LookAsync(default));

        Assert.Null(_lost.Known);
    }

    [Fact]
    public async Task A_commit_that_the_log_lacks_after_a_restart_is_a_loss_that_stays_until_it_is_accepted()
    {
        var address = await _server.CreateDatabaseAsync();
        var (store, servers) = await OpenAsync(address);
        var owner = await TestOwner.TakeNewAsync(store);
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Puts(2));
        await GoBackAsync(address, owner.Id, 1);
        RestartServer();

        await Eventually.TrueAsync(() => servers.LookAsync(default));

        LostStretch[] expected = [new(owner.Key, 2, 1)];
        Assert.Equal(expected, _lost.Known);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.TakeEpochAsync(owner.Key, TimeSpan.FromSeconds(1), default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync(owner.Puts(3), default));
        // A process that starts now knows nothing itself.
        var (_, later) = await OpenAsync(address, out var laterLost);
        Assert.True(await later.LookAsync(default));
        Assert.Equal(expected, laterLost.Known);
        Assert.Equal(expected, await LossRecord.ReadAsync(address, default));

        Assert.Equal(expected, await LossRecord.AcceptAsync(address, default));
        Assert.Empty(await LossRecord.AcceptAsync(address, default));
        Assert.True(await servers.LookAsync(default));

        Assert.Null(_lost.Known);
        // Who knew of the lost part is fenced, and the log has another name.
        Assert.Equal(CommitStatus.Fenced, (await store.CommitAsync(owner.Puts(3), default)).Status);
        var successor = await TestOwner.TakeAsync(store, owner.Key);
        Assert.Equal((1, 1L << 40), (successor.Head, successor.Epoch >> 40 << 40));
        Assert.NotEqual(EpochGeneration.LogIdOf(owner.Id, owner.Epoch), EpochGeneration.LogIdOf(successor.Id, successor.Epoch));
        Assert.Equal(owner.Id, EpochGeneration.NamespaceIdOf(EpochGeneration.LogIdOf(successor.Id, successor.Epoch)));
        await successor.CommitAsync(successor.Puts(3));
        RestartServer();
        await Eventually.TrueAsync(() => servers.LookAsync(default));
        Assert.Null(_lost.Known);
    }

    [Fact]
    public async Task What_an_owner_reports_is_recorded_once_whoever_else_found_it()
    {
        var address = await _server.CreateDatabaseAsync();
        var (_, servers) = await OpenAsync(address);
        var key = TestOwner.NewKey();
        _lost.Report([new LostStretch(key, 16, 12)]);
        _lost.Report([new LostStretch(key, 17, -1), new LostStretch(null, 0, 0)]);

        Assert.True(await servers.LookAsync(default));

        Assert.Equal([new(null, 0, 0), new(key, 17, -1)], await LossRecord.ReadAsync(address, default));
        Assert.Equal(2, _lost.Known!.Count);
    }

    [Fact]
    public async Task A_promoted_standby_that_lacks_the_whole_namespace_is_found_by_the_place_in_the_log()
    {
        var database = await _server.CreateDatabaseAsync();
        var (first, _) = await OpenAsync(database);
        await TestOwner.TakeNewAsync(first);
        var standby = AddStandby();
        var (store, servers) = await OpenAsync(HostsOf(database, standby), out var lost);
        await standby.SetAsync("primary_conninfo", "");
        await Eventually.TrueAsync(async () => !await _server.IsFollowedAsync(isSynchronous: false));
        var owner = await TestOwner.TakeNewAsync(store);
        await owner.CommitAsync(owner.Puts(1));

        _server.StopImmediate();
        standby.Promote();
        await Eventually.TrueAsync(() => servers.LookAsync(default));

        Assert.Equal([new LostStretch(owner.Key, 1, 0)], lost.Known);
    }

    [Fact]
    public async Task A_host_that_hangs_does_not_stop_who_writes_to_the_other()
    {
        using var hung = new TcpListener(IPAddress.Loopback, 0);
        hung.Start();
        var database = new NpgsqlConnectionStringBuilder(await _server.CreateDatabaseAsync());
        database.Host = $"127.0.0.1:{((IPEndPoint)hung.LocalEndpoint).Port},127.0.0.1:{_server.Port}";
        var (store, servers) = await OpenAsync(database.ConnectionString);

        var owner = await TestOwner.TakeNewAsync(store);
        await owner.CommitAsync(owner.Puts(1));

        Assert.Equal(1, owner.Head);
        // Whoever waits for it once knows that it is away: of ten connections at a time none asks it again. A connection of some other
        // program, to whose last server the port belonged, would be counted with them, so the bound is not 1.
        var open = new List<DbConnection>();
        for (var i = 0; i < 10; i++)
        {
            open.Add(await servers.Connections.OpenConnectionAsync());
        }

        open.ForEach(connection => connection.Dispose());
        var attempts = 0;
        for (; hung.Pending(); attempts++)
        {
            (await hung.AcceptTcpClientAsync()).Dispose();
        }

        Assert.InRange(attempts, 1, 5);
    }

    [Fact]
    public async Task A_primary_that_was_made_read_only_is_left_for_the_other_host()
    {
        var database = await _server.CreateDatabaseAsync();
        await OpenAsync(database);
        var standby = AddStandby();
        var (store, servers) = await OpenAsync(HostsOf(database, standby));
        var owner = await TestOwner.TakeNewAsync(store);
        await owner.CommitAsync(owner.Puts(1));
        await _server.SetAsync("default_transaction_read_only", "on");
        await Eventually.TrueAsync(async () => Equals(await _server.ExecuteAsync("SELECT pg_current_wal_lsn()"), await standby.ExecuteAsync("SELECT pg_last_wal_replay_lsn()")));
        standby.Promote();

        await Eventually.TrueAsync(() => servers.LookAsync(default));

        await owner.CommitAsync(owner.Puts(2));
        Assert.Equal(2, owner.Head);
        Assert.Null(_lost.Known);
    }

    [Fact]
    public async Task A_commit_that_did_not_wait_for_its_standby_is_not_acknowledged()
    {
        var (store, _) = await OpenAsync(await _server.CreateDatabaseAsync());
        var owner = await TestOwner.TakeNewAsync(store);
        await _server.SetAsync("synchronous_standby_names", "nobody");
        var committing = owner.CommitAsync(owner.Puts(1));
        await Eventually.TrueAsync(async () =>
        {
            // The server takes the setting in a little later. Until then commits wait for nobody.
            committing = committing.IsCompletedSuccessfully ? owner.CommitAsync(owner.Puts(1)) : committing;
            return (bool)(await _server.ExecuteAsync(
                "SELECT coalesce(bool_or(pg_cancel_backend(pid)), false) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"))!;
        });

        await Assert.ThrowsAsync<CommitUnknownException>(() => committing);
    }

    private static string HostsOf(string database, PostgresServer standby)
    {
        var settings = new NpgsqlConnectionStringBuilder(database);
        settings.Host = $"127.0.0.1:{settings.Port},127.0.0.1:{standby.Port}";
        return settings.ConnectionString;
    }

    private static async Task GoBackAsync(string address, long id, long head)
    {
        await RunAsync(address, $"UPDATE soma.namespaces SET head_seq = {head}, commit_no = {head} WHERE id = {id}");
        await RunAsync(address, $"DELETE FROM soma.log WHERE namespace_id = {id} AND seq > {head}");
    }

    private static async Task RunAsync(string address, string sql)
    {
        await using var source = NpgsqlDataSource.Create(address);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private void RestartServer()
    {
        _server.StopImmediate();
        _server.Start();
    }

    private PostgresServer AddStandby()
    {
        var standby = PostgresServer.StandbyOf(_server);
        _others.Add(standby);
        return standby;
    }

    private Task<(PostgresStore Store, PostgresServers Servers)> OpenAsync(string address) => OpenAsync(address, _lost);

    private Task<(PostgresStore Store, PostgresServers Servers)> OpenAsync(string address, out LostWrites lost) => OpenAsync(address, lost = new LostWrites());

    private async Task<(PostgresStore Store, PostgresServers Servers)> OpenAsync(string address, LostWrites lost)
    {
        var servers = new PostgresServers(address, Options, lost, TimeProvider.System, logger: null);
        _others.Insert(0, servers);
        await new PostgresSchema(servers.Connections, Options).InitializeAsync(default);
        return (new PostgresStore(servers.Connections, Options, servers), servers);
    }
}
