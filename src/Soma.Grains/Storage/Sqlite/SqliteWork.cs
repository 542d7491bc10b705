namespace Soma.Grains.Storage.Sqlite;

/// <summary>Work that the writer does inside its transaction, for a caller that waits for it.</summary>
internal abstract class SqliteWork(bool isCommit, CancellationToken cancellationToken)
{
    /// <summary>Whether this is a commit, whose outcome is unknown if COMMIT fails. All other work can be repeated without harm.</summary>
    public bool IsCommit => isCommit;

    public CancellationToken CancellationToken => cancellationToken;

    public abstract void Run(SqliteSession session);

    /// <summary>Tells the caller, once the transaction is durable.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception exception);

    public abstract void Cancel();
}

/// <summary>Work with a result.</summary>
internal sealed class SqliteWork<T>(Func<SqliteSession, T> run, bool isCommit, CancellationToken cancellationToken)
    : SqliteWork(isCommit, cancellationToken)
{
    // The callers are grains, whose code must not run on the thread of the writer.
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Done => _done.Task;

    public override void Run(SqliteSession session) => _result = run(session);

    public override void Complete() => _done.TrySetResult(_result!);

    public override void Fail(Exception exception) => _done.TrySetException(exception);

    public override void Cancel() => _done.TrySetCanceled(CancellationToken);
}
