using Microsoft.Extensions.Logging;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Committing;

/// <summary>Sends a batch and finds out what became of it, however long that takes.</summary>
/// <remarks>
/// <para>A commit that was answered is certain. After a lost connection or a time-out it is not: the statement may still
/// be running, or lie in a buffer and arrive later. Reading the row would decide nothing. Instead:</para>
/// <para>1. The epoch is advanced where it is still ours. The row's lock makes that wait for a statement under way, and the
/// new epoch shuts out one that has yet to arrive.</para>
/// <para>2. Only then is the log asked: the batch is in it if and only if the row after our head carries the epoch the batch
/// was sent under.</para>
/// <para>If step 1's own answer is lost, asking again finds an epoch that is no longer ours. That looks like a successor and
/// is treated as one: the log still decides, and this activation steps down.</para>
/// <para>While the store cannot be reached both steps are tried on and on; nothing else is committed meanwhile. Those who wait
/// are told "unknown" when their patience ends, never "not applied".</para>
/// </remarks>
internal sealed class CommitSender(EngineServices services, NamespaceOwner owner)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly ICanonicalStore _store = services.Store;
    private readonly TimeProvider _clock = services.Clock;
    private readonly ILogger _logger = services.Logger;
    private readonly CommitInstruments _instruments = services.Instruments.Commits;
    private readonly OwningInstruments _owning = services.Instruments.Owning;

    /// <summary>Keys of receipts that the last clash reported.</summary>
    public IReadOnlyList<string> ClashingKeys { get; private set; } = [];

    /// <summary>Commits the batch of what was decided under the lease stamp taken before it is sent.</summary>
    public async Task<CommitOutcome> SendAsync(
        CommitBatch batch, IReadOnlyList<(PendingWrite Write, WriteReply Reply)> decided, CancellationToken stopping)
    {
        using var activity = CommitTracing.Start(batch, decided);
        var sent = owner.Lease.Stamp();
        var outcome = await CommitAsync(batch, sent, stopping);
        _instruments.OnCertain(_clock.GetElapsedTime(sent.Monotonic));
        CommitTracing.Describe(activity, outcome);
        if (outcome is CommitOutcome.Applied)
        {
            _instruments.OnCommitted(batch.Log.Count);
        }
        else if (outcome is CommitOutcome.Replaced)
        {
            Log.CommitRefused(_logger);
        }

        return outcome;
    }

    private async Task<CommitOutcome> CommitAsync(CommitBatch batch, LeaseStamp sent, CancellationToken stopping)
    {
        try
        {
            var result = await _store.CommitAsync(batch, CancellationToken.None);
            switch (result.Status)
            {
                case CommitStatus.Committed:
                    _instruments.OnAnswered(CommitAnswer.Committed);
                    owner.Lease.Extend(sent);
                    return new CommitOutcome.Applied(result.MemoryCount, StillOwner: true);
                case CommitStatus.ReceiptClash:
                    _instruments.OnAnswered(CommitAnswer.Clashed);
                    ClashingKeys = result.ClashingKeys;
                    return new CommitOutcome.Again();
                default:
                    _instruments.OnAnswered(CommitAnswer.Fenced);
                    _owning.OnRefused(FenceRefusal.Commit);
                    return new CommitOutcome.Replaced();
            }
        }
        catch (StoreUnavailableException e)
        {
            _instruments.OnAnswered(CommitAnswer.Failed);
            return new CommitOutcome.Failed(e);
        }
        catch (RowRejectedException e)
        {
            _instruments.OnAnswered(CommitAnswer.Refused);
            return new CommitOutcome.RowRefused(e.Message);
        }
        catch (CommitUnknownException e)
        {
            _instruments.OnAnswered(CommitAnswer.Unknown);
            Log.CommitUnknown(_logger, e.InnerException?.Message ?? e.Message);
            return await ResolveAsync(batch, stopping);
        }
        catch (Exception e)
        {
            // Nothing the store's contract names: a defect. Not knowing is still the safe belief, but sending the same batch
            // again would meet the same defect for ever: what turns out not to be applied has failed.
            _instruments.OnAnswered(CommitAnswer.Unknown);
            Log.CommitBroke(_logger, e);
            return await ResolveAsync(batch, stopping) is var outcome and not CommitOutcome.Again
                ? outcome
                : new CommitOutcome.Failed(e);
        }
    }

    private async Task<CommitOutcome> ResolveAsync(CommitBatch batch, CancellationToken stopping)
    {
        owner.IsResolving = true;
        _instruments.OnResolving();
        try
        {
            var stillOwner = await InsistAsync(() => AdvanceAsync(batch, stopping), stopping);
            var applied = await InsistAsync(() => _store.WasAppliedAsync(batch, stopping), stopping);
            return (stillOwner, applied) switch
            {
                (true, false) => new CommitOutcome.Again(),
                (false, false) => new CommitOutcome.Replaced(),
                _ => new CommitOutcome.Applied(await InsistAsync(() => CountAsync(batch, stopping), stopping), stillOwner),
            };
        }
        finally
        {
            owner.IsResolving = false;
            _instruments.OnResolved();
        }
    }

    private async Task<long> CountAsync(CommitBatch batch, CancellationToken stopping) =>
        (await _store.ReadEpochsAsync([batch.NamespaceId], stopping)).GetValueOrDefault(batch.NamespaceId).MemoryCount;

    private async Task<bool> AdvanceAsync(CommitBatch batch, CancellationToken stopping)
    {
        var sent = owner.Lease.Stamp();
        if (!await _store.AdvanceEpochAsync(batch.NamespaceId, batch.Epoch, stopping))
        {
            _owning.OnRefused(FenceRefusal.EpochAdvance);
            return false;
        }

        // In the turn that hears of it: from now on the new epoch is this owner's.
        owner.Current!.AdvanceEpoch();
        owner.Lease.Extend(sent);
        return true;
    }

    private async Task<T> InsistAsync<T>(Func<Task<T>> ask, CancellationToken stopping)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            stopping.ThrowIfCancellationRequested();
            try
            {
                return await ask();
            }
            catch (Exception e) when (!stopping.IsCancellationRequested && e is not OperationCanceledException)
            {
                await Task.Delay(pause, _clock, stopping);
            }
        }
    }
}
