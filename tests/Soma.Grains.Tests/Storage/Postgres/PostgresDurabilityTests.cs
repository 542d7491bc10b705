using Npgsql;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Postgres;
using Soma.Grains.Tests.Engine;
using Soma.Testing.Postgres;

namespace Soma.Grains.Tests.Storage.Postgres;

/// <summary>That a commit is durable does not rest on how somebody set the server up.</summary>
[Collection(PostgresGroup.Name)]
public sealed class PostgresDurabilityTests(PostgresFixture fixture)
{
    private readonly PostgresStoreOptions _options = new() { MaxPoolSize = 4 };

    [Theory]
    [InlineData("off", "on")]
    [InlineData("local", "on")]
    [InlineData("remote_write", "on")]
    [InlineData("on", "on")]
    [InlineData("remote_apply", "remote_apply")]
    public async Task Sessions_wait_for_the_disk_whatever_the_server_is_set_to_and_keep_a_stronger_setting(string servers, string sessions)
    {
        var address = await fixture.Server.CreateDatabaseAsync();
        var database = new NpgsqlConnectionStringBuilder(address).Database;
        await using (var plain = NpgsqlDataSource.Create(address))
        {
            await ReadAsync(plain, $"ALTER DATABASE {database} SET synchronous_commit = {servers}; SELECT ''");
        }

        await using var dataSource = PostgresDataSource.Create(address, _options);
        // Twice, by the same connection: what a session sets is usually reset when it goes back to the pool.
        var first = await ReadAsync(dataSource, "SELECT current_setting('synchronous_commit') || pg_backend_pid()");
        var second = await ReadAsync(dataSource, "SELECT current_setting('synchronous_commit') || pg_backend_pid()");
        Assert.StartsWith(sessions, first, StringComparison.Ordinal);
        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData("fsync")]
    [InlineData("full_page_writes")]
    public async Task Server_that_can_lose_confirmed_commits_is_refused_by_name_and_allowed_only_with_a_warning(string setting)
    {
        using var server = new PostgresServer($"-c {setting}=off");
        await using var dataSource = PostgresDataSource.Create(await server.CreateDatabaseAsync(), _options);
        var refused = await Assert.ThrowsAsync<UnsafeStoreException>(() => new PostgresSchema(dataSource, _options).InitializeAsync(default));
        Assert.Contains(setting, refused.Message, StringComparison.Ordinal);
        Assert.Contains("SOMA_ALLOW_UNSAFE_POSTGRES", refused.Message, StringComparison.Ordinal);
        Assert.Equal("", await ReadAsync(dataSource, "SELECT coalesce(to_regclass('soma.log')::text, '')"));

        var logger = new RecordingLogger<PostgresSchema>();
        await new PostgresSchema(dataSource, _options with { AllowsUnsafe = true }, logger).InitializeAsync(default);
        Assert.Contains(setting, Assert.Single(logger.Lines), StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(NpgsqlDataSource dataSource, string sql)
    {
        await using var command = dataSource.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
