using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Soma.Grains.Storage.Sqlite;

/// <summary>The only writer of the database: a thread that runs all waiting work in one transaction.</summary>
/// <remarks>
/// SQLite allows one writer, and the sync at the end of a transaction is what takes time. So works of several namespaces that wait at
/// the same time share one transaction. Each of several has a savepoint, so that a work that fails is undone alone. Callers are answered only
/// after the transaction is durable. A work that was taken from the queue is not cancelled any more: it is done within milliseconds.
/// </remarks>
[SuppressMessage("Design", "CA1031", Justification = "The loop's boundary: every failure reaches the caller who waits for it.")]
internal sealed class SqliteWriter : IDisposable
{
    private const int MaxWorks = 64;

    private readonly SqliteSession _session;
    private readonly BlockingCollection<Work> _queue = [];
    private readonly Thread _thread;

    public SqliteWriter(SqliteSession session)
    {
        _session = session;
        _thread = new Thread(Loop) { IsBackground = true, Name = "soma sqlite writer" };
        _thread.Start();
    }

    public async Task<T> RunAsync<T>(Func<SqliteSession, T> run, bool isCommit, CancellationToken cancellationToken)
    {
        var work = new Work(session => run(session), isCommit, cancellationToken);
        try
        {
            _queue.Add(work, CancellationToken.None);
        }
        catch (InvalidOperationException exception)
        {
            throw new StoreUnavailableException("The store is closed.", exception);
        }

        return (T)(await work.Done.Task)!;
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
            var works = new List<Work>();
            var next = first;
            do
            {
                if (next.CancellationToken.IsCancellationRequested)
                {
                    next.Done.TrySetCanceled(next.CancellationToken);
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

    private void RunTogether(List<Work> works)
    {
        if (works.Count == 0)
        {
            return;
        }

        var (done, next) = (new List<Work>(works.Count), 0);
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            if (works.Count == 1)
            {
                // A savepoint would copy every page that the work changes. This work is undone by undoing the transaction.
                works[0].Result = works[0].Run(_session);
                done.Add(works[next++]);
            }

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
            // The whole transaction failed (a full disk, a failed read, its only work), and so did all works in it, whose callers are told now.
            // The callers of works that failed alone before were told already.
            RollBack();
            var failure = exception is SqliteException error ? SqliteErrors.OfWork(error) : exception;
            done.ForEach(work => work.Fail(failure));
            works[next..].ForEach(work => work.Fail(failure));
            return;
        }

        Finish(done);
    }

    /// <returns>False: the work failed, was undone, and its caller told.</returns>
    private bool RunAlone(Work work)
    {
        _session.Execute("SAVEPOINT work");
        try
        {
            work.Result = work.Run(_session);
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

    private void Finish(List<Work> works)
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

        works.ForEach(work => work.Done.TrySetResult(work.Result));
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

    /// <summary>What a caller waits for, who is told once the transaction is durable.</summary>
    /// <param name="Run">What is done inside the transaction.</param>
    /// <param name="IsCommit">Of a commit the outcome is unknown if COMMIT fails. All other work can be repeated without harm.</param>
    /// <param name="CancellationToken">The caller's.</param>
    private sealed record Work(Func<SqliteSession, object?> Run, bool IsCommit, CancellationToken CancellationToken)
    {
        // The callers are grains, whose code must not run on the thread of the writer.
        public TaskCompletionSource<object?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public object? Result { get; set; }

        public void Fail(Exception exception) => Done.TrySetException(exception);
    }
}
