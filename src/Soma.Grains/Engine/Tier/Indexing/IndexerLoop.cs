namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>
/// Runs an indexer until it is cancelled. The next step follows at once while there is work, and after a delay when
/// there is none or the step failed.
/// </summary>
/// <param name="indexer">The indexer. Nobody else may use it while the loop runs.</param>
/// <param name="options">The delays.</param>
/// <param name="wait">Waits for a delay, or until something was written.</param>
/// <param name="onFailure">Called with each failure of the tier or the store. The loop goes on afterwards.</param>
public sealed class IndexerLoop(
    NamespaceIndexer indexer, IndexerOptions options, Func<TimeSpan, CancellationToken, Task> wait, Action<Exception> onFailure)
{
    /// <summary>Returns when it is cancelled. An exception that it throws means a defect in Soma.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await StepAsync(cancellationToken) is { } delay)
                {
                    await wait(delay, cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <returns>How long to wait before the next step; null: do not wait.</returns>
    private async Task<TimeSpan?> StepAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await indexer.StepAsync(cancellationToken) switch
            {
                IndexerState.Working => null,
                IndexerState.Replaced => options.RetryDelay,
                IndexerState.Settling when indexer.SettlesIn < options.IdleDelay => indexer.SettlesIn,
                _ => options.IdleDelay,
            };
        }
        catch (Exception failure) when (failure is VectorTierUnavailableException or VectorTierRejectedException or SomaException)
        {
            onFailure(failure);
            return options.RetryDelay;
        }
    }
}

/// <summary>The result of an indexer's step.</summary>
public enum IndexerState
{
    /// <summary>There may be more work at once.</summary>
    Working,

    /// <summary>Everything is indexed. Some points must be checked again when the settle time is over.</summary>
    Settling,

    /// <summary>Everything is indexed.</summary>
    CaughtUp,

    /// <summary>Another process moved the cursor. Only the current owner of the namespace may go on indexing.</summary>
    Replaced,
}
