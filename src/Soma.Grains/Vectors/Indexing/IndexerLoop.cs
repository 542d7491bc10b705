using Soma.Grains.Interfaces;

namespace Soma.Grains.Vectors.Indexing;

/// <summary>Keeps an indexer going until it is told to stop: at once while there is work, after a while when there is none or it failed.</summary>
public static class IndexerLoop
{
    /// <param name="indexer">Used by nobody else meanwhile.</param>
    /// <param name="options">How long it waits.</param>
    /// <param name="wait">Waits that long, or until something was written.</param>
    /// <param name="onFailure">Told of each failure; the loop goes on.</param>
    /// <param name="cancellationToken">Ends the loop, which then returns.</param>
    public static async Task RunAsync(
        NamespaceIndexer indexer, IndexerOptions options, Func<TimeSpan, CancellationToken, Task> wait, Action<Exception> onFailure, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(indexer);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(wait);
        ArgumentNullException.ThrowIfNull(onFailure);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var state = await indexer.StepAsync(cancellationToken);
                if (DelayAfter(state, indexer, options) is { } delay)
                {
                    await wait(delay, cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is VectorTierUnavailableException or VectorTierRejectedException or SomaException)
            {
                onFailure(failure);
                await WaitQuietlyAsync(wait, options.RetryDelay, cancellationToken);
            }
        }
    }

    private static TimeSpan? DelayAfter(IndexerState state, NamespaceIndexer indexer, IndexerOptions options) => state switch
    {
        IndexerState.Working => null,
        IndexerState.Replaced => options.RetryDelay,
        IndexerState.Settling when indexer.SettlesIn < options.IdleDelay => indexer.SettlesIn,
        _ => options.IdleDelay,
    };

    private static async Task WaitQuietlyAsync(Func<TimeSpan, CancellationToken, Task> wait, TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await wait(delay, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The loop looks itself.
        }
    }
}
