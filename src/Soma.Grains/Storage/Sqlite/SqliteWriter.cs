using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Storage.Sqlite;

/// <summary>The one writer: a thread of its own that makes one transaction of whatever waits.</summary>
/// <remarks>
/// SQLite has one writer, and its price is the sync at a transaction's end. Works of many namespaces that wait at the same
/// time share one; each has a savepoint, so that one that is fenced, clashes or is rejected fails alone. Nobody is told
/// before the transaction is durable. Once taken from the queue, a work is no longer cancelled: it is milliseconds from done.
/// </remarks>
[SuppressMessage("Design", "CA1031", Justification = "The loop's boundary: every failure reaches the caller who waits for it.")]
internal sealed class SqliteWriter : IDisposable
{
    private const int MaxWorks = 64;

    private readonly SqliteSession _session;
    private readonly BlockingCollection<SqliteWork> _queue = [];
    private readonly Thread _thread;

    public SqliteWriter(SqliteSession session)
    {
        _session = session;
        _thread = new Thread(Loop) { IsBackground = true, Name = "soma sqlite writer" };
        _thread.Start();
    }

    public Task<T> RunAsync<T>(Func<SqliteSession, T> run, bool isCommit, CancellationToken cancellationToken)
    {
        var work = new SqliteWork<T>(run, isCommit, cancellationToken);
        try
        {
            _queue.Add(work, CancellationToken.None);
        }
        catch (InvalidOperationException exception)
        {
            throw new StoreUnavailableException("The store is closed.", exception);
        }

        return work.Done;
    }

    public void Dispose()
    {
        if (!_queue.IsAddingCompleted)
        {
            _queue.CompleteAdding();
            _thread.Join();
            _session.Dispose();
        }
    }

    private void Loop()
    {
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            var works = new List<SqliteWork>();
            var next = first;
            do
            {
                if (next.CancellationToken.IsCancellationRequested)
                {
                    next.Cancel();
                }
                else
                {
                    works.Add(next);
                }
            }
            while (works.Count < MaxWorks && _queue.TryTake(out next));

            RunTogether(works);
        }
    }

    private void RunTogether(List<SqliteWork> works)
    {
        if (works.Count == 0)
        {
            return;
        }

        var (done, next) = (new List<SqliteWork>(works.Count), 0);
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            for (; next < works.Count; next++)
            {
                if (RunAlone(works[next]))
                {
                    done.Add(works[next]);
                }
            }
        }
        catch (Exception exception)
        {
            // The transaction itself is lost (a full disk, a failed read): so is what was done in it, and nobody was told yet.
            // Works that failed alone before have their answer.
            RollBack();
            var failure = exception is SqliteException error ? SqliteErrors.OfWork(error) : exception;
            done.ForEach(work => work.Fail(failure));
            works.Skip(next).ToList().ForEach(work => work.Fail(failure));
            return;
        }

        Finish(done);
    }

    /// <returns>False: the work failed, was undone, and its caller told.</returns>
    private bool RunAlone(SqliteWork work)
    {
        _session.Execute("SAVEPOINT work");
        try
        {
            work.Run(_session);
        }
        catch (Exception exception) when (!_session.IsOutsideTransaction)
        {
            _session.Execute("ROLLBACK TO work");
            _session.Execute("RELEASE work");
            work.Fail(exception is SqliteException error ? SqliteErrors.OfWork(error) : exception);
            return false;
        }

        _session.Execute("RELEASE work");
        return true;
    }

    private void Finish(List<SqliteWork> works)
    {
        try
        {
            _session.Execute("COMMIT");
        }
        catch (SqliteException exception)
        {
            RollBack();
            works.ForEach(work => work.Fail(SqliteErrors.OfEnd(exception, work.IsCommit)));
            return;
        }

        works.ForEach(work => work.Complete());
    }

    private void RollBack()
    {
        try
        {
            if (!_session.IsOutsideTransaction)
            {
                _session.Execute("ROLLBACK");
            }
        }
        catch (SqliteException)
        {
            // SQLite ends the transaction even when it reports an error here; the next BEGIN shows whether it can go on.
        }
    }
}
