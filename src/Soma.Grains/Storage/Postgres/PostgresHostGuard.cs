using Npgsql;
using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

/// <summary>
/// Keeps a host without a cluster from serving a database that others serve, and the silos of a cluster from serving a database that
/// such a host serves. It holds an advisory lock on a connection of its own, which ends with the process. It only guards the start;
/// commits are guarded by the fence.
/// </summary>
public sealed class PostgresHostGuard : IAsyncDisposable
{
    // "host" in ASCII; another number than the schema's.
    private const long HostLock = 0x686f7374;

    private readonly NpgsqlConnection _connection;

    private PostgresHostGuard(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Takes the lock; null: another host has it.</summary>
    /// <param name="address">A connection string or a URL.</param>
    /// <param name="isShared">Whether others may have it too that share it: the silos of a cluster.</param>
    /// <param name="cancellationToken">Ends the wait for a connection.</param>
    /// <exception cref="StoreUnavailableException">The database cannot be reached, or refuses the user.</exception>
    public static async Task<PostgresHostGuard?> TryAcquireAsync(string address, bool isShared, CancellationToken cancellationToken)
    {
        // Outside the pool, which would hand the connection and its lock to somebody else.
        var settings = new NpgsqlConnectionStringBuilder(PostgresUrl.ToConnectionString(address)) { Pooling = false, KeepAlive = 15 };
        settings.TargetSessionAttributes = PostgresDataSource.HasManyHosts(settings) ? "read-write" : null;
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(isShared ? PostgresSql.Named["lock_host_shared"] : PostgresSql.Named["lock_host"], connection);
            command.Parameters.Add(Of(HostLock));
            if (await command.ExecuteScalarAsync(cancellationToken) is true)
            {
                return new PostgresHostGuard(connection);
            }
        }
        catch (Exception exception) when (PostgresErrors.IsStoreFailure(exception))
        {
            await connection.DisposeAsync();
            throw PostgresErrors.OfOpening(exception);
        }

        await connection.DisposeAsync();
        return null;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
