using Microsoft.Data.Sqlite;
using Soma.Grains.Storage.Archives;

namespace Soma.Grains.Storage.Sqlite;

/// <summary>Reads whole namespaces of a data folder beside the process that serves it; makes and locks nothing.</summary>
public sealed class SqliteNamespaceReader : INamespaceReader
{
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

        Run(session =>
        {
            if (!session.Exists(SqliteSql.Named["schema_exists"]))
            {
                throw new SchemaException("The database has no schema of Soma's: nothing was ever kept there.");
            }

            var (version, readableFrom) = session.Read(SqliteSql.Named["read_schema_version"], row => (row.GetInt32(0), row.GetInt32(1)))[0];
            Migration.Pending(SqliteSql.Migrations, version, readableFrom);
            return true;
        });
    }

    public string Kind => "sqlite";

    public Task<IReadOnlyList<ArchivedNamespace>> ListAsync(CancellationToken cancellationToken) =>
        Task.Run(() => Run(session => SqliteArchive.List(session, _serviceId)), cancellationToken);

    public Task<INamespaceSnapshot?> OpenAsync(NamespaceKey key, CancellationToken cancellationToken) =>
        Task.Run<INamespaceSnapshot?>(() => Find(key), cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private SqliteSnapshot? Find(NamespaceKey key)
    {
        var session = Open();
        try
        {
            // The first read begins the snapshot: all later ones of the transaction see the same commit.
            session.Execute("BEGIN");
            var rows = session.Read(
                SqliteArchive.Sql["read_namespace"], row => (Id: row.GetInt64(15), ArchiveRows.Namespace(row).Row), key.Tenant, key.Name);
            var settings = session.Read(
                SqliteArchive.Sql["read_settings"], row => row.GetFieldValue<byte[]>(0), _serviceId, NamespaceGrain.StateName, SqliteArchive.GrainIdOf(key));
            var kept = settings is [var state] ? state : null;
            if (rows.Count > 0 || kept is not null)
            {
                var (id, row) = rows is [var one] ? one : (0, new NamespaceRow());
                return new SqliteSnapshot(session, id, row, kept);
            }
        }
        catch (SqliteException exception)
        {
            session.Dispose();
            throw SqliteArchive.Explain(exception);
        }

        session.Dispose();
        return null;
    }

    private T Run<T>(Func<SqliteSession, T> run)
    {
        try
        {
            using var session = Open();
            return run(session);
        }
        catch (SqliteException exception)
        {
            throw SqliteArchive.Explain(exception);
        }
    }

    private SqliteSession Open()
    {
        try
        {
            var session = new SqliteSession(_file, SqliteOpenMode.ReadOnly);
            session.ExecuteScript(SqliteArchive.Sql["open_snapshot"]);
            return session;
        }
        catch (SqliteException exception)
        {
            throw SqliteArchive.Explain(exception);
        }
    }
}
