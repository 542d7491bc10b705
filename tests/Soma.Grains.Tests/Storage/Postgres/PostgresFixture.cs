using Npgsql;
using Soma.Grains.Storage.Postgres;
using Soma.Testing.Postgres;

namespace Soma.Grains.Tests.Storage.Postgres;

/// <summary>One server for all tests of this assembly, and one migrated database for those that need none of their own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private NpgsqlDataSource? _shared;

    public PostgresServer Server { get; } = new();

    public NpgsqlDataSource Shared => _shared!;

    public async Task InitializeAsync()
    {
        _shared = PostgresDataSource.Create(await Server.CreateDatabaseAsync(), PatientPostgres.Options);
        await new PostgresSchema(_shared, PatientPostgres.Options).InitializeAsync(default);
    }

    public async Task DisposeAsync()
    {
        await Shared.DisposeAsync();
        Server.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class PostgresGroup : ICollectionFixture<PostgresFixture>
{
    public const string Name = "postgres";
}
