using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Storage.Sweeping;

namespace Soma.Grains.Sweeping;

/// <summary>Deletes the rows and points of namespaces that were deleted or replaced, in small sets, in the background of every silo.</summary>
/// <remarks>
/// The owner that a namespace was taken from may read its rows until its lease has run out. So a namespace is swept only when this silo has
/// known it as deleted for longer than that. Several silos may sweep the same namespace: they pass over each other's rows.
/// </remarks>
public sealed class RemovalSweeper(
    INamespaceStore store, IVectorIndex? tier, SweepOptions options, TimeProvider clock, Random random, SweepInstruments instruments, ILogger<RemovalSweeper> logger)
    : BackgroundService
{
    private const int MostAtOnce = 100;
    private const double WaitFactor = 1.05;

    private Dictionary<long, long> _seen = [];

    /// <summary>Deletes what may be deleted now.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var seen = new Dictionary<long, long>();
        foreach (var removed in await store.FindRemovedAsync(MostAtOnce, cancellationToken))
        {
            var since = seen[removed.Id] = _seen.GetValueOrDefault(removed.Id, clock.GetTimestamp());
            if (_seen.ContainsKey(removed.Id) && clock.GetElapsedTime(since) > (removed.Lease * WaitFactor) + options.ClockSlack)
            {
                await DeleteAsync(removed.Id, cancellationToken);
            }
        }

        _seen = seen;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(options.Interval * (0.5 + random.NextDouble()), clock, stoppingToken);
                await SweepAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is SomaException or VectorTierUnavailableException or VectorTierRejectedException)
            {
                instruments.OnFailure();
                Log.RemovalFailed(logger, failure.Message);
            }
            catch (Exception failure)
            {
                // A defect here must not end the host, which serves on without a sweep.
                instruments.OnFailure();
                Log.SweepBroke(logger, failure);
            }
        }
    }

    private async Task DeleteAsync(long id, CancellationToken cancellationToken)
    {
        // The points first: once the last row is gone, nothing names the namespace any more.
        if (tier is not null)
        {
            await tier.DeleteNamespaceAsync(id, cancellationToken);
        }

        while (await store.SweepRemovedAsync(id, options.SetSize, cancellationToken) > 0)
        {
        }
    }
}
