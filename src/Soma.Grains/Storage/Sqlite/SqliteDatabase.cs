using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Soma.Grains.Storage.Sqlite;

/// <summary>The one process's database: its locked folder, its writer and its readers.</summary>
/// <param name="folder">The data folder; made where it is missing.</param>
/// <param name="logger">Hears how far a migration is; null: nobody does.</param>
public sealed class SqliteDatabase(string folder, ILogger<SqliteDatabase>? logger = null) : IStoreInitializer, IDisposable
{
    private readonly Lock _gate = new();
    private SqliteDataFolder? _folder;
    private SqliteWriter? _writer;
    private SqliteReaders? _readers;

    public Task InitializeAsync(CancellationToken cancellationToken) => Task.Run(Open, cancellationToken);

    /// <summary>Finishes what waits, closes the database, and gives the folder back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _writer?.Dispose();
            _readers?.Dispose();
            _folder?.Dispose();
            (_writer, _readers, _folder) = (null, null, null);
        }
    }

    internal Task<T> WriteAsync<T>(Func<SqliteSession, T> run, CancellationToken cancellationToken) =>
        (_writer ?? throw NotOpen()).RunAsync(run, isCommit: false, cancellationToken);

    internal Task<T> CommitAsync<T>(Func<SqliteSession, T> run, CancellationToken cancellationToken) =>
        (_writer ?? throw NotOpen()).RunAsync(run, isCommit: true, cancellationToken);

    internal Task<T> ReadAsync<T>(Func<SqliteSession, T> run, CancellationToken cancellationToken) =>
        (_readers ?? throw NotOpen()).RunAsync(run, cancellationToken);

    /// <summary>
    /// Copies the write-ahead log into the database and empties it, so that neither file keeps what was overwritten. Waits for nobody:
    /// while a reader or the writer is at work, it is left to the next time.
    /// </summary>
    internal void EmptyLog()
    {
        if (_folder is not { } locked || new FileInfo(locked.DatabaseFile + "-wal") is not { Exists: true, Length: > 0 })
        {
            return;
        }

        try
        {
            using var session = new SqliteSession(locked.DatabaseFile, SqliteOpenMode.ReadWrite);
            session.ExecuteScript(SqliteSql.Named["empty_log"]);
        }
        catch (SqliteException exception)
        {
            throw SqliteErrors.OfWork(exception);
        }
    }

    private static StoreUnavailableException NotOpen() => new("The store is not open.");

    private void Open()
    {
        lock (_gate)
        {
            if (_folder is not null)
            {
                return;
            }

            var locked = SqliteDataFolder.Open(folder);
            try
            {
                _writer = new SqliteWriter(OpenWriter(locked.DatabaseFile));
                _readers = new SqliteReaders(locked.DatabaseFile);
                _folder = locked;
            }
            catch
            {
                locked.Dispose();
                throw;
            }
        }
    }

    private SqliteSession OpenWriter(string file)
    {
        SqliteSession? session = null;
        try
        {
            session = new SqliteSession(file, SqliteOpenMode.ReadWriteCreate);
            SqliteSchema.Migrate(session, logger);
            session.ExecuteScript(SqliteSql.Named["open_writer"]);
            return session;
        }
        catch (Exception failure) when (failure is SqliteException or SchemaException)
        {
            session?.Dispose();
            throw failure as SchemaException ?? new SchemaException($"The database {file} cannot be opened: {failure.Message}", failure);
        }
    }
}
