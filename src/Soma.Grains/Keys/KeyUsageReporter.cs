using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Soma.Grains.Engine.Quotas;
using Soma.Grains.Sweeping;

namespace Soma.Grains.Keys;

/// <summary>Tells what the keys with limits hold in this silo's namespaces, and learns what they hold in all.</summary>
/// <remarks>Not the owners of the namespaces do it: they call no grain, so that no call of theirs can wait for one another.</remarks>
internal sealed class KeyUsageReporter(KeyTotals totals, IGrainFactory grains, TimeProvider clock, ILogger<KeyUsageReporter> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => new RepeatedPass(Interval, clock, Random.Shared)
    {
        OnFailure = (failure, _) => Log.KeyUsageUntold(logger, failure.Message),
    }.RunAsync(ReportAsync, stoppingToken);

    private async Task ReportAsync(CancellationToken stoppingToken)
    {
        foreach (var told in totals.TakeChanges())
        {
            try
            {
                var grain = grains.GetGrain<IKeyUsageGrain>(KeyHolding.ToGrainKey(told.By));
                var all = await grain.ReportAsync([.. told.Changes.Select(change => new KeyHolding
                {
                    Namespace = change.Key.ToGrainKey(), Memories = change.Amount.Memories, Bytes = change.Amount.Bytes,
                })], stoppingToken);
                totals.Learn(told, new Amount(all.Memories, all.Bytes));
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Log.KeyUsageUntold(logger, failure.Message);
                totals.Return(told);
            }
        }
    }
}
