using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Soma.Grains.Storage.Compacting;
using Soma.Grains.Storage.Sweeping;

namespace Soma.Grains.Sweeping;

/// <summary>
/// Drops the content of versions that were superseded longer ago than their namespace keeps history, in the background of every silo,
/// without waking a namespace. <see cref="ICompactionStore"/> says what goes.
/// </summary>
/// <remarks>
/// <para><b>Order.</b> Of each set the horizon is moved first, durably; then its content goes. A silo that dies in between has said of a past
/// that is still there that it may not be whole, and the next pass drops the same set.</para>
/// <para><b>Readers.</b> Nothing goes that was superseded less than <see cref="SweepOptions.ClockSlack"/> ago, even if a namespace keeps no
/// history, so that a running search finds the versions that it ranked. A search that takes longer answers without those, as after a
/// purge. Backups, exports and forks read one snapshot.</para>
/// <para><b>Many silos.</b> One at a time compacts a namespace, and the others pass over it. After each set that dropped something the
/// silo pauses for as long as the set took, so that the namespace's commits wait for half of the time at most.</para>
/// </remarks>
public sealed class Compactor(
    ICompactionStore store, KeptSettings settings, SweepOptions options, TimeProvider clock, Random random, CompactionInstruments instruments,
    ILogger<Compactor> logger)
    : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Drops all that is due now. Ends early in a namespace that another silo compacts.</summary>
    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        var before = Instant.From(clock.GetUtcNow() - options.ClockSlack);
        var next = 0L;
        do
        {
            (var namespaces, next) = await store.FindCompactableAsync(before, settings.ServiceId, next, options.ReceiptPage, cancellationToken);
            foreach (var found in namespaces)
            {
                await CompactNamespaceAsync(found, before, cancellationToken);
            }
        }
        while (next != 0);

        await store.EraseTracesAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new RepeatedPass(options.CompactionInterval, clock, random) { OnFailure = OnFailure }.RunAsync(CompactAsync, stoppingToken);

    private async Task CompactNamespaceAsync(CompactableNamespace found, Instant before, CancellationToken cancellationToken)
    {
        var (retention, keepVersions) = settings.Read(found.Settings);
        var cutoff = before.Before(retention);
        for (var isLeft = found.Since <= cutoff; isLeft;)
        {
            var set = await store.FindSupersededAsync(found.Id, cutoff, keepVersions, options.SetSize, cancellationToken);
            isLeft = await DropAsync(set, cancellationToken) && !set.IsLast;
        }
    }

    /// <returns>False: another silo is at it.</returns>
    private async Task<bool> DropAsync(CompactionSet set, CancellationToken cancellationToken)
    {
        if (set.Seqs.Count > 0)
        {
            await store.MoveHorizonAsync(set, cancellationToken);
        }

        // A memory of very many versions that was deleted is more than one transaction should hold. Only the last part says that the rows
        // were looked at; if the silo dies before, they are looked at again.
        var parts = set.Seqs.Chunk(options.SetSize).DefaultIfEmpty([]).ToArray();
        for (var i = 0; i < parts.Length; i++)
        {
            var started = clock.GetTimestamp();
            var part = set with { Seqs = parts[i], Progress = i == parts.Length - 1 ? set.Progress : default };
            if (await store.CompactAsync(part, cancellationToken) is not { } versions)
            {
                return false;
            }

            instruments.OnCompacted(versions);
            var took = clock.GetElapsedTime(started);
            if (versions > 0 && took > TimeSpan.Zero)
            {
                await Task.Delay(took < LongestPause ? took : LongestPause, clock, cancellationToken);
            }
        }

        return true;
    }

    private void OnFailure(Exception failure, bool isExpected)
    {
        instruments.OnFailure();
        if (isExpected)
        {
            Log.CompactionFailed(logger, failure.Message);
        }
        else
        {
            Log.CompactionBroke(logger, failure);
        }
    }
}
