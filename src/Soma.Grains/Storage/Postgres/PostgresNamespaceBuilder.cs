using Npgsql;
using NpgsqlTypes;
using Soma.Grains.Storage.Archives;
using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

/// <summary>Builds whole namespaces in a database that may be served meanwhile, and puts them in place through the fence.</summary>
public sealed class PostgresNamespaceBuilder : INamespaceBuilder
{
    // "buil" in ASCII; another number than the schema's and the host's.
    private const long BuilderLock = 0x6275696c;

    // A first write may create the row of the name at the same moment. That can happen once; afterwards there is a row to lock.
    private const int Attempts = 5;

    private readonly NpgsqlDataSource _dataSource;
    private readonly NpgsqlConnection _connection;
    private readonly string _serviceId;

    private PostgresNamespaceBuilder(NpgsqlDataSource dataSource, NpgsqlConnection connection, string serviceId) =>
        (_dataSource, _connection, _serviceId) = (dataSource, connection, serviceId);

    /// <summary>Brings the schema up to date and takes the builders' lock, which ends with the connection.</summary>
    /// <param name="address">A connection string or a URL.</param>
    /// <param name="serviceId">Under which service settings are filed.</param>
    /// <param name="allowsUnsafe">Whether a server is taken that can lose confirmed commits in a crash.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UnsafeStoreException">The server can lose confirmed commits.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be reached, or refuses the user.</exception>
    /// <exception cref="SchemaException">The database cannot be migrated, or is too new.</exception>
    /// <exception cref="BuilderInUseException">Another builder works on it.</exception>
    public static async Task<PostgresNamespaceBuilder> OpenAsync(string address, string serviceId, bool allowsUnsafe, CancellationToken cancellationToken)
    {
        var limits = PostgresArchive.Limits with { AllowsUnsafe = allowsUnsafe };
        var dataSource = PostgresDataSource.Create(address, limits);
        try
        {
            await new PostgresSchema(dataSource, limits).InitializeAsync(cancellationToken);
            var connection = await PostgresArchive.GuardAsync(async () => await dataSource.OpenConnectionAsync(cancellationToken));
            await PostgresArchive.ExecuteAsync(connection, "plan_for_whole", [], cancellationToken);
            await using var command = new NpgsqlCommand(PostgresSql.Named["lock_host"], connection);
            command.Parameters.Add(Of(BuilderLock));
            return await PostgresArchive.GuardAsync(() => command.ExecuteScalarAsync(cancellationToken)) is true
                ? new PostgresNamespaceBuilder(dataSource, connection, serviceId)
                : throw new BuilderInUseException();
        }
        catch
        {
            await dataSource.DisposeAsync();
            throw;
        }
    }

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await PostgresArchive.ExecuteAsync(_connection, "mark_swept", [], cancellationToken);
        foreach (var id in await PostgresArchive.ReadAsync(_connection, "list_swept", [], row => row.GetInt64(0), cancellationToken))
        {
            foreach (var table in ArchiveTables.Swept)
            {
                await PostgresArchive.ExecuteAsync(_connection, $"sweep_{table}", [Of(id)], cancellationToken);
            }
        }
    }

    public Task<IReadOnlyList<ArchivedNamespace>> ListAsync(CancellationToken cancellationToken) =>
        PostgresArchive.ListAsync(_connection, _serviceId, cancellationToken);

    public async Task<long> BeginAsync(CancellationToken cancellationToken) =>
        (await PostgresArchive.ReadAsync(_connection, "begin", [], row => row.GetInt64(0), cancellationToken))[0];

    public Task WriteAsync(long id, ArchiveTable table, IAsyncEnumerable<object?[]> rows, CancellationToken cancellationToken) =>
        PostgresArchive.GuardAsync(async () =>
        {
            await using var import = await _connection.BeginBinaryImportAsync(CopyCommand(table), cancellationToken);
            await foreach (var row in rows.WithCancellation(cancellationToken))
            {
                await import.StartRowAsync(cancellationToken);
                await import.WriteAsync(id, NpgsqlDbType.Bigint, cancellationToken);
                for (var i = 0; i < row.Length; i++)
                {
                    await WriteValueAsync(import, row[i], table.Columns[i].Type, cancellationToken);
                }
            }

            return await import.CompleteAsync(cancellationToken);
        });

    public Task NumberVersionsAsync(long id, CancellationToken cancellationToken) =>
        PostgresArchive.ExecuteAsync(_connection, "number_versions", [Of(id)], cancellationToken);

    public async Task DeriveAsync(long id, CancellationToken cancellationToken)
    {
        await PostgresArchive.ExecuteAsync(_connection, "derive_memories", [Of(id)], cancellationToken);
        await PostgresArchive.ExecuteAsync(_connection, "derive_links", [Of(id)], cancellationToken);
    }

    public Task<NamespaceFacts> ExamineAsync(long id, CancellationToken cancellationToken) =>
        PostgresArchive.ExamineAsync(_connection, id, cancellationToken);

    public async Task<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return (await PostgresArchive.ReadAsync(
                    _connection, "publish", PostgresArchive.ParametersOf(publication, _serviceId), PostgresArchive.Published, cancellationToken))[0];
            }
            catch (StoreUnavailableException failure) when (
                attempt < Attempts && failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
            {
                // The row is there now, and the next attempt locks it.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _dataSource.DisposeAsync();
    }

    // The driver wants the word COPY at the very beginning.
    private static string CopyCommand(ArchiveTable table)
    {
        var statement = PostgresArchive.Sql[$"write_{table.Name}"];
        return statement[statement.IndexOf("COPY", StringComparison.Ordinal)..];
    }

    private static Task WriteValueAsync(
        NpgsqlBinaryImporter import, object? value, ArchiveColumnType type, CancellationToken cancellationToken) => (value, type) switch
        {
            (null, _) => import.WriteNullAsync(cancellationToken),
            (long whole, ArchiveColumnType.Small) => import.WriteAsync((short)whole, NpgsqlDbType.Smallint, cancellationToken),
            (long whole, ArchiveColumnType.Integer) => import.WriteAsync((int)whole, NpgsqlDbType.Integer, cancellationToken),
            (long whole, _) => import.WriteAsync(whole, NpgsqlDbType.Bigint, cancellationToken),
            (double real, _) => import.WriteAsync(real, NpgsqlDbType.Double, cancellationToken),
            (bool flag, _) => import.WriteAsync(flag, NpgsqlDbType.Boolean, cancellationToken),
            (string text, _) => import.WriteAsync(text, NpgsqlDbType.Text, cancellationToken),
            (byte[] bytes, _) => import.WriteAsync(bytes, NpgsqlDbType.Bytea, cancellationToken),
            _ => throw new ArgumentException($"A row holds a {value.GetType()}.", nameof(value)),
        };
}
