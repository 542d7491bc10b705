using Npgsql;
using Soma.Grains.Storage.Archives;
using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

/// <summary>What reading and building whole namespaces on Postgres share: statements, their limits and their failures.</summary>
internal static class PostgresArchive
{
    // The migration that added the writers of rows; what an archive reads has not changed since.
    private const int OldestSchema = 12;

    public static SqlStatements Sql { get; } = new("Postgres", "Archives");

    /// <summary>
    /// Limits for statements that go through a whole namespace: they may take as long as it is large, and the transaction waits
    /// for a slow disk at this end. A busy server gets half a minute to take the connection. Waits for a row are as short as ever.
    /// </summary>
    public static PostgresStoreOptions Limits { get; } = new()
    {
        MaxPoolSize = 4,
        MaxConcurrentCommits = 1,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        StatementTimeout = TimeSpan.FromDays(7),
        CommandTimeout = TimeSpan.FromDays(8),
        IdleInTransactionTimeout = TimeSpan.FromDays(1),
        MigrationTimeout = TimeSpan.FromHours(1),
    };

    /// <summary>A failure includes the server's own message, because operators read it, not clients.</summary>
    public static Task<T> GuardAsync<T>(Func<Task<T>> work) => PostgresErrors.GuardAsync(
        work, exception => new StoreUnavailableException($"the database: {PostgresErrors.FirstLine(exception)}", exception));

    public static Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, string statement, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        GuardAsync(async () =>
        {
            await using var command = new NpgsqlCommand(Sql[statement], connection);
            return await command.ReadRowsAsync(parameters, read, cancellationToken);
        });

    public static Task<int> ExecuteAsync(
        NpgsqlConnection connection, string statement, NpgsqlParameter[] parameters, CancellationToken cancellationToken) =>
        GuardAsync(async () =>
        {
            await using var command = new NpgsqlCommand(Sql[statement], connection);
            return await command.ExecuteAsync(parameters, cancellationToken);
        });

    public static async Task<IReadOnlyList<ArchivedNamespace>> ListAsync(
        NpgsqlConnection connection, string serviceId, CancellationToken cancellationToken)
    {
        var written = await ReadAsync(connection, "list_namespaces", [], ArchiveRows.Namespace, cancellationToken);
        var keys = await ReadAsync(
            connection, "list_settings", [Of(serviceId), Of(NamespaceGrain.StateName)], row => row.GetString(0), cancellationToken);
        return ArchiveRows.Merge(written, keys);
    }

    public static async Task<IReadOnlyList<NamespaceState>> ListStatesAsync(
        NpgsqlConnection connection, string serviceId, CancellationToken cancellationToken)
    {
        var written = await ReadAsync(connection, "list_states", [], ArchiveRows.State, cancellationToken);
        var settings = await ReadAsync(
            connection, "list_all_settings", [Of(serviceId), Of(NamespaceGrain.StateName)], row => (row.GetString(0), row.GetFieldValue<byte[]>(1)), cancellationToken);
        return NamespaceState.Merge(written, settings);
    }

    public static async Task<NamespaceFacts> ExamineAsync(NpgsqlConnection connection, long id, CancellationToken cancellationToken)
    {
        var facts = (await ReadAsync(connection, "examine_log", [Of(id)], ArchiveRows.Facts, cancellationToken))[0];
        var counts = (await ReadAsync(connection, "examine_counts", [Of(id)], row => StoredRows.Counts(row, 0), cancellationToken))[0];
        return facts with
        {
            Counts = counts,
            WrongVersions = await CountAsync("examine_versions"),
            WrongMemories = await CountAsync("examine_memories"),
            WrongLinks = await CountAsync("examine_links"),
        };

        async Task<long> CountAsync(string statement) =>
            (await ReadAsync(connection, statement, [Of(id)], row => row.GetInt64(0), cancellationToken))[0];
    }

    /// <summary>What the statement that publishes takes.</summary>
    public static NpgsqlParameter[] ParametersOf(Publication publication, string serviceId)
    {
        var row = publication.Row;
        return
        [
            Of(publication.Id), Of(publication.Key.Tenant), Of(publication.Key.Name), Of(publication.Replace),
            Of(row.Epoch), Of(row.CommitNo), Of(row.HeadSeq), Of(row.LastAt), Of(row.Counts.Episodic), Of(row.Counts.Semantic),
            Of(row.Counts.Belief), Of(row.Counts.Vectors), Of(row.Horizon), Of(row.BroughtDimension), Of(row.ActiveSpace),
            Of(row.LargestImportance), Of(publication.SetsSettings), Of(serviceId), Of(NamespaceGrain.StateName),
            Of(publication.Key.ToGrainKey()), Of(publication.Settings),
        ];
    }

    /// <summary>What it returns.</summary>
    public static PublishResult Published(NpgsqlDataReader row) =>
        new((PublishStatus)row.GetInt32(0), TimeSpan.FromMilliseconds(row.GetInt64(1)));

    /// <exception cref="SchemaException">There is no schema, or one that this build does not read.</exception>
    public static async Task CheckSchemaAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await PostgresSchema.ExistsAsync(connection, cancellationToken))
        {
            throw new SchemaException("The database has no schema of Soma's: nothing was ever kept there.");
        }

        var (version, readableFrom) = await PostgresSchema.ReadVersionAsync(connection, cancellationToken) ?? default;
        Migration.Pending(PostgresSql.Migrations, version, readableFrom);
        if (version < OldestSchema)
        {
            throw new SchemaException($"The store's schema is version {version}; start this build's service on it once.");
        }
    }
}
