using System.Data.Common;
using Microsoft.Extensions.Logging;
using Npgsql;
using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

/// <summary>Migrates the schema of the database; if several silos start at once, one does it and the others wait.</summary>
/// <remarks>
/// All pending migrations run in one transaction under an advisory lock: the schema is either what it was or what this build
/// knows. A schema that says it needs a newer build is left untouched.
/// </remarks>
public sealed class PostgresSchema(
    DbDataSource dataSource, PostgresStoreOptions options, ILogger<PostgresSchema>? logger = null) : IStoreInitializer
{
    // "soma" in ASCII. Any number would do that nothing else in the database locks.
    private const long SchemaLock = 0x736f6d61;

    /// <exception cref="StoreUnavailableException">The database cannot be reached, or refuses the user.</exception>
    /// <exception cref="UnsafeStoreException">It can lose confirmed commits, and that is not allowed.</exception>
    /// <exception cref="SchemaException">The database cannot be migrated, or is too new.</exception>
    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await PostgresErrors.GuardAsync(
                () => dataSource.OpenAsync(cancellationToken), PostgresErrors.OfOpening);
            await CheckDurabilityAsync(connection, cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await SetTimeoutsAsync(connection, cancellationToken);
            await RunAsync(connection, PostgresSql.Named["lock_schema"], [Of(SchemaLock)], cancellationToken);
            await MigrateLockedAsync(connection, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException exception) when (!PostgresErrors.IsOfServer(exception))
        {
            throw new SchemaException($"The database's schema cannot be brought up to date: {exception.MessageText}", exception);
        }
        catch (Exception exception) when (PostgresErrors.IsStoreFailure(exception))
        {
            throw PostgresErrors.OfOpening(exception);
        }
    }

    /// <summary>
    /// A write that is answered is promised to survive a crash. No setting of a session makes up for a server that does not
    /// sync its log (fsync) or may find torn pages after a crash (full_page_writes).
    /// </summary>
    private async Task CheckDurabilityAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PostgresSql.Named["read_durability"], connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        string?[] settings = [reader.GetBoolean(0) ? null : "fsync", reader.GetBoolean(1) ? null : "full_page_writes"];
        var off = string.Join(" and ", settings.OfType<string>());
        if (off.Length == 0)
        {
            return;
        }

        if (!options.AllowsUnsafe)
        {
            throw new UnsafeStoreException(
                $"the database can lose confirmed writes in a crash: {off} is off there. "
                + "Switch it on, or set SOMA_ALLOW_UNSAFE_POSTGRES=true for a server whose data may be lost.");
        }

        if (logger is not null)
        {
            Log.UnsafePostgres(logger, off);
        }
    }

    private async Task MigrateLockedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(connection, cancellationToken))
        {
            await RunAsync(connection, PostgresSql.Named["create_schema"], [], cancellationToken);
        }

        var (version, readableFrom) = await ReadVersionAsync(connection, cancellationToken)
            ?? throw new SchemaException("The database's schema does not say which version it is: soma.schema_version has no row.");
        foreach (var migration in Migration.Pending(PostgresSql.Migrations, version, readableFrom))
        {
            migration.Announce(logger, version, PostgresSql.Migrations);
            await RunAsync(connection, migration.Sql, [], cancellationToken);
            NpgsqlParameter[] numbers = [Of(migration.Version), Of(migration.ReadableFrom)];
            await RunAsync(connection, PostgresSql.Named["write_schema_version"], numbers, cancellationToken);
        }
    }

    // Building an index over a large table takes longer than the timeouts that apply to commits.
    private async Task SetTimeoutsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var milliseconds = ((long)options.MigrationTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        await RunAsync(connection, PostgresSql.Named["set_timeouts"], [Of(milliseconds)], cancellationToken);
    }

    internal static async Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PostgresSql.Named["schema_exists"], connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>The version of the schema; null: it does not say.</summary>
    internal static async Task<(int Version, int ReadableFrom)?> ReadVersionAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PostgresSql.Named["read_schema_version"], connection);
        var rows = await command.ReadRowsAsync([], row => (row.GetInt32(0), row.GetInt32(1)), cancellationToken);
        return rows is [var version] ? version : null;
    }

    private async Task RunAsync(NpgsqlConnection connection, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.CommandTimeout = (int)options.MigrationTimeout.TotalSeconds;
        await command.ExecuteAsync(parameters, cancellationToken);
    }
}
