using Soma.Grains.Interfaces;
using Soma.Grains.Storage.Postgres;
using Soma.Hosting;

namespace Soma.Silo.Hosting;

/// <summary>
/// Keeps apart who may serve one database: a process on its own, or the silos of a cluster. It guards a start against a
/// mistake; what guards every commit is the fence.
/// </summary>
public static class HostGuard
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>For a process that serves alone.</summary>
    /// <exception cref="StartupException">Nobody answers there, or somebody else serves the database.</exception>
    public static async Task<IAsyncDisposable> AcquireAloneAsync(string postgres, CancellationToken cancellationToken) =>
        await TryAsync(() => PostgresHostGuard.TryAcquireAsync(postgres, isShared: false, cancellationToken))
            ?? throw InUse("another process serves this database; stop it first.");

    /// <summary>For a silo, beside others of its cluster. Waits for a database that comes up late.</summary>
    /// <exception cref="StartupException">Nobody answers there, or a process that serves alone has the database.</exception>
    public static async Task<IAsyncDisposable> AcquireSharedAsync(string postgres, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(patience);
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
        // The guard is the first to talk to the database, and looks at no schema: all it can find is that nobody answers.
        catch (StoreUnavailableException failure)
        {
            throw new StartupException(
                ExitCode.DatabaseUnreachable, $"the database cannot be reached: {StartupFailures.FirstLine(failure)}", failure);
        }
    }

    private static StartupException InUse(string why) => new(ExitCode.DataInUse, why);
}
