using Microsoft.Data.Sqlite;

namespace Soma.Grains.Storage.Sqlite;

/// <summary>A few read connections, each used by one thread-pool thread at a time and seeing one commit while it is used.</summary>
internal sealed class SqliteReaders(string file) : IDisposable
{
    private const int MaxReaders = 4;

    private readonly SemaphoreSlim _free = new(MaxReaders);
    private readonly ConcurrentBag<SqliteSession> _sessions = [];

    public async Task<T> RunAsync<T>(Func<SqliteSession, T> run, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            // On another thread, because SQLite blocks and the caller is on a grain's turn.
            return await Task.Run(() => Run(run), cancellationToken);
        }
        catch (SqliteException exception)
        {
            throw SqliteErrors.OfWork(exception);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Waits for the reads under way, then closes.</summary>
    public void Dispose()
    {
        for (var i = 0; i < MaxReaders; i++)
        {
            _free.Wait();
        }

        while (_sessions.TryTake(out var session))
        {
            session.Dispose();
        }

        _free.Dispose();
    }

    private T Run<T>(Func<SqliteSession, T> run)
    {
        var session = _sessions.TryTake(out var idle) ? idle : Open();
        try
        {
            session.Execute("BEGIN");
            var result = run(session);
            session.Execute("COMMIT");
            _sessions.Add(session);
            return result;
        }
        catch
        {
            // The state of this connection is not known, so it is closed and the next read opens another.
            session.Dispose();
            throw;
        }
    }

    private SqliteSession Open()
    {
        var session = new SqliteSession(file, SqliteOpenMode.ReadWrite);
        session.ExecuteScript(SqliteSql.Named["open_reader"]);
        return session;
    }
}
