namespace Soma.System.Tests.Processes;

/// <summary>One real Postgres server for all tests of this run, a fresh database for each that asks.</summary>
internal static class PostgresDatabases
{
    /// <summary>The address of a new, empty database.</summary>
    public static Task<string> CreateAsync() =>
        // WIRE(store): one Lazy<Task<PostgresServer>> of PostgresServer.StartAsync(); return await server.CreateDatabaseAsync();
        throw new NotSupportedException("Soma.Testing has no Postgres server yet.");
}
