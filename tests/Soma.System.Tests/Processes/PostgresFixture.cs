using Soma.Testing.Postgres;

namespace Soma.System.Tests.Processes;

/// <summary>One real Postgres server for all tests of this run. The first test that needs it starts it.</summary>
public sealed class PostgresFixture : IDisposable
{
    private readonly Lazy<PostgresServer> _server = new(() => new PostgresServer());

    /// <summary>Creates an empty database and returns its address.</summary>
    public Task<string> CreateDatabaseAsync() => _server.Value.CreateDatabaseAsync();

    public void Dispose()
    {
        if (_server.IsValueCreated)
        {
            _server.Value.Dispose();
        }
    }
}

/// <summary>Tests that start processes run one after the other, because they would compete for two cores.</summary>
[CollectionDefinition(Name)]
public sealed class ProcessTests : ICollectionFixture<PostgresFixture>
{
    public const string Name = "processes";
}
