using Npgsql;
using Soma.System.Tests.Processes;
using Soma.Testing;

namespace Soma.System.Tests.Clusters;

/// <summary>Tests the proxy between the real driver, with prepared statements, and a real server.</summary>
[Collection(ProcessTests.Name)]
public sealed class PostgresProxyTests(PostgresFixture postgres)
{
    // The proxy recognises a commit by this name, wherever it stands in the statement.
    private const string Commit = "INSERT INTO done (number) SELECT $1 /* commit_batch */";

    [Fact]
    public async Task A_commit_is_carried_out_and_its_connection_cut_in_place_of_the_answer()
    {
        await using var source = await Proxied.StartAsync(postgres);
        for (var number = 1; number <= 5; number++)
        {
            // Other statements on the same connection come first. The proxy must not take any of them for the commit.
            source.Proxy.CutAfterNextCommit();
            await source.ExecuteAsync("SELECT 1");
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => source.ExecuteAsync(Commit, number));
            Assert.Equal(number, source.Proxy.CutCommits);
            Assert.Equal(number * 2 - 1, await source.CountAsync());

            // By now the driver has prepared the statement under a name.
            await source.ExecuteAsync(Commit, -number);
            await source.ExecuteAsync("SELECT 1");
        }
    }

    [Fact]
    public async Task A_commit_larger_than_any_buffer_is_recognised()
    {
        await using var source = await Proxied.StartAsync(postgres);
        for (var number = 1; number <= 4; number++)
        {
            source.Proxy.CutAfterNextCommit();
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => source.ExecuteAsync(
                "INSERT INTO done (number) SELECT length($1) /* commit_batch */", new string('x', 1_000_000)));
        }

        Assert.Equal(4, await source.CountAsync());
    }

    [Fact]
    public async Task Answers_are_held_back_until_it_is_healed()
    {
        await using var source = await Proxied.StartAsync(postgres);
        await source.ExecuteAsync("SELECT 1");
        source.Proxy.Delay(TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<Exception>(() => source.ExecuteAsync("SELECT 1").WaitAsync(patience.Token));

        source.Proxy.Heal();
        source.Proxy.CutAll();
        await Eventually.TrueAsync(async () => await source.TryAsync("SELECT 1"));
    }

    [Fact]
    public async Task A_cut_off_client_gets_no_connection_until_it_is_healed()
    {
        await using var source = await Proxied.StartAsync(postgres);
        source.Proxy.RefusesNew = true;
        source.Proxy.CutAll();
        await Eventually.TrueAsync(async () => !await source.TryAsync("SELECT 1"));
        Assert.False(await source.TryAsync("SELECT 1"));

        source.Proxy.Heal();
        await Eventually.TrueAsync(async () => await source.TryAsync("SELECT 1"));
    }

    /// <summary>A database with one table, reached through a proxy as silos reach theirs.</summary>
    private sealed class Proxied(string database, PostgresProxy proxy, NpgsqlDataSource source) : IAsyncDisposable
    {
        public PostgresProxy Proxy => proxy;

        public static async Task<Proxied> StartAsync(PostgresFixture postgres)
        {
            var database = await postgres.CreateDatabaseAsync();
            var settings = new NpgsqlConnectionStringBuilder(database);
            var proxy = new PostgresProxy(settings.Port);
            (settings.Port, settings.MaxAutoPrepare, settings.AutoPrepareMinUsages, settings.MaxPoolSize) = (proxy.Port, 50, 2, 1);
            var proxied = new Proxied(database, proxy, NpgsqlDataSource.Create(settings));
            await proxied.ExecuteAsync("CREATE TABLE done (number bigint)");
            return proxied;
        }

        public async Task ExecuteAsync(string sql, params object[] values)
        {
            await using var command = source.CreateCommand(sql);
            command.Parameters.AddRange(values.Select(value => new NpgsqlParameter { Value = value }).ToArray());
            await command.ExecuteNonQueryAsync();
        }

        public async Task<bool> TryAsync(string sql)
        {
            try
            {
                await ExecuteAsync(sql);
                return true;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        }

        /// <summary>Counts the rows without the proxy.</summary>
        public async Task<int> CountAsync()
        {
            await using var direct = NpgsqlDataSource.Create(database + ";Pooling=false");
            await using var command = direct.CreateCommand("SELECT count(*)::int FROM done");
            return (int)(await command.ExecuteScalarAsync())!;
        }

        public async ValueTask DisposeAsync()
        {
            await source.DisposeAsync();
            await proxy.DisposeAsync();
        }
    }
}
