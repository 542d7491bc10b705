using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Sweeping;

/// <summary>
/// Repeats a pass over the store until the host stops, each time after a random time around an interval, so that many silos seldom
/// look at the same moment.
/// </summary>
internal sealed class RepeatedPass(TimeSpan interval, TimeProvider clock, Random random)
{
    /// <summary>Told that a pass ended early, and whether by an outage, after which the next one goes on; else by a defect.</summary>
    public required Action<Exception, bool> OnFailure { get; init; }

    public async Task RunAsync(Func<CancellationToken, Task> pass, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(interval * (0.5 + random.NextDouble()), clock, stoppingToken);
                await pass(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // A defect here must not end the host, which serves on without this pass.
                OnFailure(failure, failure is SomaException or VectorTierUnavailableException or VectorTierRejectedException);
            }
        }
    }
}
