using Soma.Grains.Interfaces;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>Keeps an indexer going until it is told to stop: at once while there is work, after a while when there is none or it failed.</summary>
/// <param name="indexer">Used by nobody else meanwhile.</param>
/// <param name="options">How long it waits.</param>
/// <param name="wait">Waits that long, or until something was written.</param>
/// <param name="onFailure">Told of each failure; the loop goes on.</param>
public sealed class IndexerLoop(
    NamespaceIndexer indexer, IndexerOptions options, Func<TimeSpan, CancellationToken, Task> wait, Action<Exception> onFailure)
{
    /// <summary>Returns when it is cancelled. Throws only what is a fault of our own.</summary>
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

    /// <returns>How long there is nothing to do; null: not at all.</returns>
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
