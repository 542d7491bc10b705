using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Vectors;
using Soma.Hosting;
using Soma.Silo.Hosting;
using Soma.Testing.Postgres;
using Soma.Testing.Qdrant;
using Soma.Testing.Redis;
using Soma.Testing.Tls;
using StackExchange.Redis;

namespace Soma.Silo.Tests.Tls;

/// <summary>Redis, Postgres and Qdrant are reached over TLS with a certificate that the named authority issued, and not otherwise.</summary>
public sealed class StoreConnectionTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _other = new();

    [Fact]
    public async Task Redis_is_reached_over_TLS_with_the_right_authority_only()
    {
        using var server = RedisServer.With(_authority.Issue("redis"));

        Assert.True(await AnswersAsync(("REDIS_URL", server.Url), ("REDIS_CA_FILE", _authority.CaFile)));
        Assert.False(await AnswersAsync(("REDIS_URL", server.Url), ("REDIS_CA_FILE", _other.CaFile)));
        Assert.False(await AnswersAsync(("REDIS_URL", server.Url)));
    }

    [Fact]
    public void An_authority_for_Redis_turns_TLS_on() =>
        Assert.True(RedisSettings.Read(Settings(("REDIS_HOST", "redis"), ("REDIS_CA_FILE", _authority.CaFile))).Ssl);

    [Fact]
    public async Task A_Redis_whose_certificate_is_for_another_name_is_refused()
    {
        using var server = RedisServer.With(_authority.Issue("redis", "redis.example"));

        Assert.False(await AnswersAsync(("REDIS_URL", server.Url), ("REDIS_CA_FILE", _authority.CaFile)));
        Assert.True(await AnswersAsync(("REDIS_URL", $"rediss://localhost:{server.Port}"), ("REDIS_CA_FILE", _authority.CaFile)));
    }

    [Fact]
    public async Task Postgres_is_reached_over_TLS_with_the_right_authority_only()
    {
        using var server = new PostgresServer(certificate: _authority.Issue("postgres"));
        var url = $"postgresql://soma@127.0.0.1:{server.Port}/postgres?sslmode=verify-full&sslrootcert=";

        Assert.True(await IsEncryptedAsync(("SOMA_POSTGRES_URL", url + _authority.CaFile)));
        await Assert.ThrowsAsync<NpgsqlException>(() => IsEncryptedAsync(("SOMA_POSTGRES_URL", url + _other.CaFile)));
        await Assert.ThrowsAsync<NpgsqlException>(() => IsEncryptedAsync(("SOMA_POSTGRES_URL", url[..url.IndexOf("&sslrootcert", StringComparison.Ordinal)])));
    }

    [Fact]
    public async Task A_Postgres_whose_certificate_is_for_another_name_is_refused()
    {
        using var server = new PostgresServer(certificate: _authority.Issue("postgres", "db.example"));
        var address = ("SOMA_POSTGRES_URL", $"postgresql://soma@127.0.0.1:{server.Port}/postgres");

        await Assert.ThrowsAsync<NpgsqlException>(() => IsEncryptedAsync(
            address, ("POSTGRES_SSL_MODE", "verify-full"), ("POSTGRES_SSL_ROOT_CERT", _authority.CaFile)));
        Assert.True(await IsEncryptedAsync(address, ("POSTGRES_SSL_MODE", "verify-ca"), ("POSTGRES_SSL_ROOT_CERT", _authority.CaFile)));
    }

    [Fact]
    public async Task Qdrant_is_reached_over_TLS_with_the_right_authority_only()
    {
        await using var server = await QdrantStub.StartAsync(certificate: _authority.Issue("qdrant"));

        Assert.True(await IsQdrantReadyAsync(("SOMA_QDRANT_URL", $"{server.Url}"), ("SOMA_QDRANT_CA_FILE", _authority.CaFile)));
        Assert.False(await IsQdrantReadyAsync(("SOMA_QDRANT_URL", $"{server.Url}"), ("SOMA_QDRANT_CA_FILE", _other.CaFile)));
        Assert.False(await IsQdrantReadyAsync(("SOMA_QDRANT_URL", $"{server.Url}")));
    }

    [Fact]
    public void An_authority_for_a_plain_Qdrant_is_refused() =>
        Assert.Equal("SOMA_QDRANT_CA_FILE", Assert.Throws<InvalidSettingException>(() => QdrantSettings.Read(
            Settings(("SOMA_QDRANT_URL", "http://qdrant:6333"), ("SOMA_QDRANT_CA_FILE", _authority.CaFile)))).Variable);

    [Fact]
    public void Addresses_and_passwords_can_lie_in_files()
    {
        var secret = Path.Combine(_authority.Folder, "secret");
        File.WriteAllText(secret, "s3cret\n");
        var url = Path.Combine(_authority.Folder, "url");
        File.WriteAllText(url, "postgresql://ada@db/notes\n");

        var postgres = new NpgsqlConnectionStringBuilder(PostgresSettings.Read(Settings(("SOMA_POSTGRES_URL_FILE", url), ("POSTGRES_PASSWORD_FILE", secret))));

        Assert.Equal(("db", "ada", "s3cret"), (postgres.Host, postgres.Username, postgres.Password));
        Assert.Equal("s3cret", RedisSettings.Read(Settings(("REDIS_HOST", "redis"), ("REDIS_PASSWORD_FILE", secret))).Password);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
    }

    private static async Task<bool> AnswersAsync(params (string, string)[] variables)
    {
        var options = RedisSettings.Read(Settings(variables));
        options.ConnectRetry = 1;
        await using var redis = await ConnectionMultiplexer.ConnectAsync(options);
        return redis.IsConnected;
    }

    private static async Task<bool> IsEncryptedAsync(params (string, string)[] variables)
    {
        await using var connection = new NpgsqlConnection(PostgresSettings.Read(Settings(variables)) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", connection);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<bool> IsQdrantReadyAsync(params (string, string)[] variables)
    {
        await using var services = new ServiceCollection().AddQdrantIndex(QdrantSettings.Read(Settings(variables))!).BuildServiceProvider();
        return await services.GetRequiredService<IVectorIndex>().IsReadyAsync(CancellationToken.None);
    }

    private static SettingsReader Settings(params (string Name, string Value)[] variables) =>
        new(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
