using Npgsql;
using Soma.Grains.Storage.Archives;
using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

/// <summary>Reads whole namespaces of a database that is served meanwhile.</summary>
public sealed class PostgresNamespaceReader : INamespaceReader
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly string _serviceId;

    private PostgresNamespaceReader(NpgsqlDataSource dataSource, string serviceId) => (_dataSource, _serviceId) = (dataSource, serviceId);

    public string Kind => "postgres";

    /// <param name="address">A connection string or a URL.</param>
    /// <param name="serviceId">Which service's settings are read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StoreUnavailableException">The database cannot be reached, or refuses the user.</exception>
    /// <exception cref="SchemaException">It holds nothing that this build reads.</exception>
    public static async Task<PostgresNamespaceReader> OpenAsync(string address, string serviceId, CancellationToken cancellationToken)
    {
        var dataSource = PostgresDataSource.Create(address, PostgresArchive.Limits);
        try
        {
            await PostgresArchive.GuardAsync(async () =>
            {
                await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
                await PostgresArchive.CheckSchemaAsync(connection, cancellationToken);
                return true;
            });
            return new PostgresNamespaceReader(dataSource, serviceId);
        }
        catch
        {
            await dataSource.DisposeAsync();
            throw;
        }
    }

    public async Task<IReadOnlyList<ArchivedNamespace>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await PostgresArchive.GuardAsync(async () => await _dataSource.OpenConnectionAsync(cancellationToken));
        return await PostgresArchive.ListAsync(connection, _serviceId, cancellationToken);
    }

    public async Task<IReadOnlyList<NamespaceState>> ListStatesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await PostgresArchive.GuardAsync(async () => await _dataSource.OpenConnectionAsync(cancellationToken));
        return await PostgresArchive.ListStatesAsync(connection, _serviceId, cancellationToken);
    }

    public async Task<INamespaceSnapshot?> OpenAsync(NamespaceKey key, CancellationToken cancellationToken)
    {
        var connection = await PostgresArchive.GuardAsync(async () => await _dataSource.OpenConnectionAsync(cancellationToken));
        NpgsqlTransaction? transaction = null;
        try
        {
            transaction = await PostgresArchive.GuardAsync(async () => await connection.BeginTransactionAsync(cancellationToken));
            await PostgresArchive.ExecuteAsync(connection, "set_read_only", [], cancellationToken);
            await PostgresArchive.ExecuteAsync(connection, "plan_for_whole", [], cancellationToken);
            if (await FindAsync(connection, key, cancellationToken) is { } found)
            {
                return new PostgresSnapshot(connection, transaction, found.Id, found.Row, found.Settings);
            }
        }
        catch
        {
            await CloseAsync(connection, transaction);
            throw;
        }

        await CloseAsync(connection, transaction);
        return null;
    }

    public ValueTask DisposeAsync() => _dataSource.DisposeAsync();

    private async Task<(long Id, NamespaceRow Row, byte[]? Settings)?> FindAsync(
        NpgsqlConnection connection, NamespaceKey key, CancellationToken cancellationToken)
    {
        var rows = await PostgresArchive.ReadAsync(
            connection, "read_namespace", [Of(key.Tenant), Of(key.Name)], row => (Id: row.GetInt64(15), ArchiveRows.Namespace(row).Row), cancellationToken);
        var settings = await PostgresArchive.ReadAsync(
            connection,
            "read_settings",
            [Of(_serviceId), Of(NamespaceGrain.StateName), Of(key.ToGrainKey())],
            row => row.GetFieldValue<byte[]>(0),
            cancellationToken);
        var kept = settings is [var state] ? state : null;
        return rows is [var one] ? (one.Id, one.Row, kept) : kept is null ? null : (0, new NamespaceRow(), kept);
    }

    private static async Task CloseAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction)
    {
        if (transaction is not null)
        {
            await transaction.DisposeAsync();
        }

        await connection.DisposeAsync();
    }
}
