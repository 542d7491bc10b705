using Soma.Grains.Storage.Postgres;

namespace Soma.Silo.Hosting;

/// <summary>
/// Decides by a Postgres advisory lock who may serve a database: either one process on its own, or the silos of a
/// cluster. It catches a mistake at the start. The fence (the epoch in every commit) is what protects the data.
/// </summary>
public static class HostGuard
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Takes the lock exclusively, for a process that serves the database alone.</summary>
    /// <exception cref="StartupException">The database does not answer, or another process serves it.</exception>
    public static async Task<IAsyncDisposable> AcquireAloneAsync(string postgres, CancellationToken cancellationToken) =>
        await TryAsync(() => PostgresHostGuard.TryAcquireAsync(postgres, isShared: false, cancellationToken))
            ?? throw InUse("another process serves this database; stop it first.");

    /// <summary>
    /// Takes the lock shared, for a silo beside the others of its cluster. Waits up to <paramref name="timeout"/> for
    /// a database that starts late.
    /// </summary>
    /// <exception cref="StartupException">The database does not answer, or a process without a cluster serves
    /// it.</exception>
    public static async Task<IAsyncDisposable> AcquireSharedAsync(string postgres, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout);
        while (true)
        {
            try
            {
                return await TryAsync(() => PostgresHostGuard.TryAcquireAsync(postgres, isShared: true, cancellationToken))
                    ?? throw InUse("a process without a cluster serves this database; stop it first.");
            }
            catch (StartupException failure) when (failure.Code == ExitCode.DatabaseUnreachable && !deadline.IsCancellationRequested)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    private static async Task<PostgresHostGuard?> TryAsync(Func<Task<PostgresHostGuard?>> acquire)
    {
        try
        {
            return await acquire();
        }
        // The guard is the first to connect and does not look at the schema, so this exception can only mean that the
        // database does not answer.
        catch (StoreUnavailableException failure)
        {
            throw new StartupException(
                ExitCode.DatabaseUnreachable, $"the database cannot be reached: {StartupFailures.FirstLine(failure)}", failure);
        }
    }

    private static StartupException InUse(string why) => new(ExitCode.DataInUse, why);
}
