using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Storage.Sweeping;

namespace Soma.Grains.Sweeping;

/// <summary>
/// Reclaims memories and receipts whose time is over, in the background of every silo, without waking a namespace.
/// </summary>
/// <remarks>
/// <para><b>Many silos.</b> Each waits a random time around the interval, so that they seldom look at the same moment. Two that
/// do are kept apart in the store: one at a time sweeps a namespace, the other passes over it.</para>
/// <para><b>Cost.</b> With nothing to reclaim a pass is one look-up in the index by expiry. Old receipts have no such index,
/// because it would cost every write; a page of namespaces is looked at once a minute instead.</para>
/// <para><b>Vector tier.</b> After memories were reclaimed, points whose time is over are deleted there by a condition. A point
/// that was written again meanwhile does not meet that condition, however late the request is applied.</para>
/// </remarks>
public sealed class ExpirySweeper(
    ISweepStore store, IVectorIndex? tier, SweepOptions options, TimeProvider clock, Random random, SweepInstruments instruments, ILogger<ExpirySweeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan ReceiptInterval = TimeSpan.FromMinutes(1);

    private long? _receiptsLookedAt;
    private long _nextReceipts;
    // True at first: the silo that swept before may have died before it told the tier.
    private bool _isTierBehind = true;

    /// <summary>Reclaims all that is over now. Ends early where another silo sweeps the same memories.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var before = Instant.From(clock.GetUtcNow() - options.ClockSlack);
        await SweepMemoriesAsync(before, cancellationToken);
        if (_receiptsLookedAt is not { } last || clock.GetElapsedTime(last) >= ReceiptInterval)
        {
            _receiptsLookedAt = clock.GetTimestamp();
            await SweepReceiptsAsync(before, cancellationToken);
        }

        if (_isTierBehind && tier is not null)
        {
            await tier.DeleteExpiredAsync(before, cancellationToken);
        }

        _isTierBehind = false;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new RepeatedPass(options.Interval, clock, random) { OnFailure = OnFailure }.RunAsync(SweepAsync, stoppingToken);

    private void OnFailure(Exception failure, bool isExpected)
    {
        instruments.OnFailure();
        if (isExpected)
        {
            Log.SweepFailed(logger, failure.Message);
        }
        else
        {
            Log.SweepBroke(logger, failure);
        }
    }

    private async Task SweepMemoriesAsync(Instant before, CancellationToken cancellationToken)
    {
        int found, swept;
        do
        {
            var expired = await store.FindExpiredAsync(before, options.SetSize, cancellationToken);
            (found, swept) = (expired.Count, 0);
            foreach (var group in expired.GroupBy(memory => memory.NamespaceId))
            {
                swept += (await SweepSetAsync(group.Key, before, [.. group], cancellationToken)).Memories;
            }

            _isTierBehind |= swept > 0;
        }
        while (found == options.SetSize && swept > 0);
    }

    private async Task SweepReceiptsAsync(Instant before, CancellationToken cancellationToken)
    {
        (var namespaces, _nextReceipts) = await store.FindExpiredReceiptsAsync(before, _nextReceipts, options.ReceiptPage, cancellationToken);
        foreach (var id in namespaces)
        {
            while ((await SweepSetAsync(id, before, [], cancellationToken)).Receipts == options.SetSize)
            {
            }
        }
    }

    private async Task<SweptSet> SweepSetAsync(
        long namespaceId, Instant before, IReadOnlyList<ExpiredMemory> memories, CancellationToken cancellationToken)
    {
        var set = await store.SweepAsync(namespaceId, before, memories, options.SetSize, cancellationToken);
        instruments.OnSwept(set);
        return set;
    }
}
