using Npgsql;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Postgres;
using Soma.Testing;
using Soma.Testing.Postgres;

namespace Soma.Grains.Tests.Storage.Postgres;

[Collection(PostgresGroup.Name)]
public sealed class PostgresSchemaTests(PostgresFixture fixture)
{
    private readonly PostgresStoreOptions _options = PatientPostgres.Options;

    [Fact]
    public async Task Eight_silos_that_start_at_once_make_one_schema()
    {
        var address = await fixture.Server.CreateDatabaseAsync();
        var silos = Enumerable.Range(0, 8).Select(_ => PostgresDataSource.Create(address, _options)).ToArray();
        await Task.WhenAll(silos.Select(silo => new PostgresSchema(silo, _options).InitializeAsync(default)));
        Assert.Equal($"{PostgresSql.Migrations[^1].Version} 1", await QueryAsync(silos[0], "SELECT version || ' ' || readable_from FROM soma.schema_version"));
        var store = new PostgresStore(silos[7], _options);
        var owner = await TestOwner.TakeNewAsync(store);
        await owner.CommitAsync(owner.Puts(1));
        foreach (var silo in silos)
        {
            await silo.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_session_that_has_seen_no_schema_before_another_silo_made_it_uses_that_one()
    {
        var address = await fixture.Server.CreateDatabaseAsync();
        await using var dataSource = PostgresDataSource.Create(address, _options);
        await using var other = PostgresDataSource.Create(address, _options);
        // The session that remembers goes back to the pool, from which the next one is taken.
        Assert.Null(await QueryAsync(dataSource, "SELECT to_regclass('soma.schema_version')::text"));
        await using var holder = await other.OpenConnectionAsync();
        await using var making = await holder.BeginTransactionAsync();
        await ExecuteAsync(holder, "SELECT pg_advisory_xact_lock(x'736f6d61'::bigint)");
        var starting = new PostgresSchema(dataSource, _options).InitializeAsync(default);
        await Eventually.TrueAsync(async () => await QueryAsync(
            other, "SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'") == "1");
        await ExecuteAsync(holder, PostgresSql.Named["create_schema"]);
        foreach (var migration in PostgresSql.Migrations)
        {
            await ExecuteAsync(holder, migration.Sql);
        }

        await ExecuteAsync(holder, $"UPDATE soma.schema_version SET version = {PostgresSql.Migrations[^1].Version}, readable_from = 1");
        await making.CommitAsync();

        await starting;
        await TestOwner.TakeNewAsync(new PostgresStore(dataSource, _options));
    }

    [Fact]
    public async Task Schema_that_needs_a_newer_build_is_refused_untouched()
    {
        await using var dataSource = PostgresDataSource.Create(await fixture.Server.CreateDatabaseAsync(), _options);
        await QueryAsync(dataSource, """
            CREATE SCHEMA soma;
            CREATE TABLE soma.schema_version (only_row boolean PRIMARY KEY DEFAULT true, version integer, readable_from integer);
            INSERT INTO soma.schema_version (version, readable_from) VALUES (99, 98)
            """);
        var refusal = await Assert.ThrowsAsync<SchemaException>(() => new PostgresSchema(dataSource, _options).InitializeAsync(default));
        Assert.Contains("99", refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.Equal("1", await QueryAsync(dataSource, "SELECT count(*)::text FROM pg_tables WHERE schemaname = 'soma'"));
        Assert.Equal("99 98", await QueryAsync(dataSource, "SELECT version || ' ' || readable_from FROM soma.schema_version"));
    }

    [Fact]
    public async Task Newer_schema_that_this_build_may_still_read_is_used_as_it_is()
    {
        await using var dataSource = PostgresDataSource.Create(await fixture.Server.CreateDatabaseAsync(), _options);
        await new PostgresSchema(dataSource, _options).InitializeAsync(default);
        await QueryAsync(dataSource, "UPDATE soma.schema_version SET version = 99, readable_from = 2");
        await new PostgresSchema(dataSource, _options).InitializeAsync(default);
        Assert.Equal("99 2", await QueryAsync(dataSource, "SELECT version || ' ' || readable_from FROM soma.schema_version"));
    }

    [Fact]
    public async Task Migration_that_fails_leaves_nothing_behind()
    {
        await using var dataSource = PostgresDataSource.Create(await fixture.Server.CreateDatabaseAsync(), _options);
        await QueryAsync(dataSource, "CREATE SCHEMA soma; CREATE TABLE soma.orleansquery (other integer)");
        var failure = await Assert.ThrowsAsync<SchemaException>(() => new PostgresSchema(dataSource, _options).InitializeAsync(default));
        Assert.DoesNotContain('\n', failure.Message);
        Assert.Equal("1", await QueryAsync(dataSource, "SELECT count(*)::text FROM pg_tables WHERE schemaname = 'soma'"));
    }

    [Fact]
    public async Task Database_that_cannot_be_reached_is_one_line()
    {
        await using var dataSource = PostgresDataSource.Create("Host=127.0.0.1;Port=1;Username=soma;Database=none", _options);
        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => new PostgresSchema(dataSource, _options).InitializeAsync(default));
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public async Task A_server_that_ends_meanwhile_is_unreachable_and_its_schema_is_not_to_blame()
    {
        var address = await fixture.Server.CreateDatabaseAsync();
        await using var dataSource = PostgresDataSource.Create(address, _options);
        await using var other = PostgresDataSource.Create(address, _options);
        await using var holder = await other.OpenConnectionAsync();
        await using var held = await holder.BeginTransactionAsync();
        await ExecuteAsync(holder, "SELECT pg_advisory_xact_lock(x'736f6d61'::bigint)");

        var starting = new PostgresSchema(dataSource, _options).InitializeAsync(default);
        // What every session is told when its server is shut down.
        await Eventually.TrueAsync(async () => await QueryAsync(
            other, "SELECT max(pg_terminate_backend(pid)::text) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'") == "true");

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => starting);
        Assert.Contains("57P01", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public async Task A_server_that_takes_too_long_is_unreachable_and_its_schema_is_not_to_blame()
    {
        var options = PatientPostgres.Options with { MigrationTimeout = TimeSpan.FromMilliseconds(200) };
        await using var dataSource = PostgresDataSource.Create(await fixture.Server.CreateDatabaseAsync(), options);
        await using var holder = await dataSource.OpenConnectionAsync();
        await using var held = await holder.BeginTransactionAsync();
        await ExecuteAsync(holder, "SELECT pg_advisory_xact_lock(x'736f6d61'::bigint)");

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => new PostgresSchema(dataSource, options).InitializeAsync(default));
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public async Task Second_host_without_a_cluster_does_not_get_the_guard_until_the_first_is_gone()
    {
        var address = await fixture.Server.CreateDatabaseAsync();
        var first = await PostgresHostGuard.TryAcquireAsync(address, isShared: false, default);
        Assert.NotNull(first);
        Assert.Null(await PostgresHostGuard.TryAcquireAsync(address, isShared: false, default));
        await first.DisposeAsync();
        await using var second = await AcquireWhenFreeAsync(address);
    }

    [Fact]
    public async Task Silos_of_a_cluster_share_the_guard_and_keep_a_host_without_a_cluster_out()
    {
        var address = await fixture.Server.CreateDatabaseAsync();
        await using var first = await PostgresHostGuard.TryAcquireAsync(address, isShared: true, default);
        await using var second = await PostgresHostGuard.TryAcquireAsync(address, isShared: true, default);
        Assert.NotNull(first);
        Assert.NotNull(second);
        Assert.Null(await PostgresHostGuard.TryAcquireAsync(address, isShared: false, default));
    }

    [Fact]
    public async Task A_host_without_a_cluster_keeps_silos_out()
    {
        var address = await fixture.Server.CreateDatabaseAsync();
        await using var alone = await PostgresHostGuard.TryAcquireAsync(address, isShared: false, default);
        Assert.NotNull(alone);
        Assert.Null(await PostgresHostGuard.TryAcquireAsync(address, isShared: true, default));
    }

    // The server notices the end of a session a moment after the client has closed it.
    private static async Task<PostgresHostGuard> AcquireWhenFreeAsync(string address)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (await PostgresHostGuard.TryAcquireAsync(address, isShared: false, deadline.Token) is { } guard)
            {
                return guard;
            }
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string?> QueryAsync(NpgsqlDataSource dataSource, string sql)
    {
        await using var command = dataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync() as string;
    }
}
