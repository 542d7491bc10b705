using Npgsql;
using Soma.Testing.Postgres;

namespace Soma.System.Tests.Processes;

/// <summary>One real Postgres server for all tests of this run, a fresh database for each that asks.</summary>
internal static class PostgresDatabases
{
    private static readonly Lazy<PostgresServer> Server = new(() =>
    {
        var server = new PostgresServer();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        return server;
    });

    /// <summary>The address of a new, empty database, in the URL form that operators write.</summary>
    public static async Task<string> CreateAsync()
    {
        var address = new NpgsqlConnectionStringBuilder(await Server.Value.CreateDatabaseAsync());
        return $"postgresql://{address.Username}@{address.Host}:{address.Port}/{address.Database}";
    }
}
