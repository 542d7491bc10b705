using Soma.Testing.Postgres;

namespace Soma.System.Tests.Processes;

/// <summary>One real Postgres server for all tests of this run, started by the first that asks.</summary>
public sealed class PostgresFixture : IDisposable
{
    private readonly Lazy<PostgresServer> _server = new(() => new PostgresServer());

    /// <summary>The address of a new, empty database.</summary>
    public Task<string> CreateDatabaseAsync() => _server.Value.CreateDatabaseAsync();

    public void Dispose()
    {
        if (_server.IsValueCreated)
        {
            _server.Value.Dispose();
        }
    }
}

/// <summary>Tests that start processes: one after the other, or they would starve each other of two cores.</summary>
[CollectionDefinition(Name)]
public sealed class ProcessTests : ICollectionFixture<PostgresFixture>
{
    public const string Name = "processes";
}
