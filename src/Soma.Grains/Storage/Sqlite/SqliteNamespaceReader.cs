using Microsoft.Data.Sqlite;
using Soma.Grains.Storage.Archives;

namespace Soma.Grains.Storage.Sqlite;

/// <summary>Reads whole namespaces of a data folder beside the process that serves it; makes and locks nothing.</summary>
public sealed class SqliteNamespaceReader : INamespaceReader
{
    // The migration that added the writers of rows; what an archive reads has not changed since.
    private const int OldestSchema = 6;

    private readonly string _file;
    private readonly string _serviceId;

    /// <param name="folder">The data folder.</param>
    /// <param name="serviceId">Which service's settings are read.</param>
    /// <exception cref="DataFolderException">It holds no database.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be read.</exception>
    /// <exception cref="SchemaException">It holds nothing that this build reads.</exception>
    public SqliteNamespaceReader(string folder, string serviceId)
    {
        (_file, _serviceId) = (Path.Combine(folder, SqliteDataFolder.DatabaseName), serviceId);
        if (!File.Exists(_file))
        {
            throw new DataFolderException($"The data folder {folder} holds no memories: there is no {SqliteDataFolder.DatabaseName}.");
        }

        SqliteArchive.Guard(() =>
        {
            using var session = Open();
            if (!session.Exists(SqliteSql.Named["schema_exists"]))
            {
                throw new SchemaException("The database has no schema of Soma's: nothing was ever kept there.");
            }

            var (version, readableFrom) = session.Read(SqliteSql.Named["read_schema_version"], row => (row.GetInt32(0), row.GetInt32(1)))[0];
            Migration.Pending(SqliteSql.Migrations, version, readableFrom);
            return version >= OldestSchema ? true : throw new SchemaException($"The store's schema is version {version}; start this build's service on it once.");
        });
    }

    public string Kind => "sqlite";

    public Task<IReadOnlyList<ArchivedNamespace>> ListAsync(CancellationToken cancellationToken) =>
        Task.Run(() => SqliteArchive.Guard(List), cancellationToken);

    public Task<IReadOnlyList<NamespaceState>> ListStatesAsync(CancellationToken cancellationToken) => Task.Run(
        () => SqliteArchive.Guard(() =>
        {
            using var session = Open();
            return SqliteArchive.ListStates(session, _serviceId);
        }),
        cancellationToken);

    public Task<INamespaceSnapshot?> OpenAsync(NamespaceKey key, CancellationToken cancellationToken) =>
        Task.Run<INamespaceSnapshot?>(() => SqliteArchive.Guard(() => Find(key)), cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IReadOnlyList<ArchivedNamespace> List()
    {
        using var session = Open();
        return SqliteArchive.List(session, _serviceId);
    }

    private SqliteSnapshot? Find(NamespaceKey key)
    {
        var session = Open();
        SqliteSnapshot? found = null;
        try
        {
            // The first read begins the snapshot: all later ones of the transaction see the same commit.
            session.Execute("BEGIN");
            var rows = session.Read(
                SqliteArchive.Sql["read_namespace"], row => (Id: row.GetInt64(15), ArchiveRows.Namespace(row).Row), key.Tenant, key.Name);
            var settings = session.Read(
                SqliteArchive.Sql["read_settings"],
                row => row.GetFieldValue<byte[]>(0), _serviceId, NamespaceGrain.StateName, SqliteArchive.GrainIdOf(key));
            if (rows.Count > 0 || settings.Count > 0)
            {
                var (id, row) = rows is [var one] ? one : (0, new NamespaceRow());
                found = new SqliteSnapshot(session, id, row, settings.FirstOrDefault());
            }

            return found;
        }
        finally
        {
            if (found is null)
            {
                session.Dispose();
            }
        }
    }

    private SqliteSession Open()
    {
        var session = new SqliteSession(_file, SqliteOpenMode.ReadOnly);
        session.ExecuteScript(SqliteArchive.Sql["open_snapshot"]);
        return session;
    }
}
