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

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new RepeatedPass(options.Interval, clock, random) { OnFailure = OnFailure }.RunAsync(SweepAsync, stoppingToken);

    private void OnFailure(Exception failure, bool isExpected)
    {
        instruments.OnFailure();
        if (isExpected)
        {
            Log.RemovalFailed(logger, failure.Message);
        }
        else
        {
            Log.SweepBroke(logger, failure);
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
