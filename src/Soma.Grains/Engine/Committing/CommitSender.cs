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

    /// <summary>Commits the batch of what was decided under the lease stamp taken before it is sent.</summary>
    /// <returns>
    /// What is certain. <see cref="CommitStatus.Unknown"/>: no answer came, and the log says that the batch was not applied; this
    /// owner has moved its epoch on and may form it anew.
    /// </returns>
    public async Task<CommitResult> SendAsync(
        CommitBatch batch, IReadOnlyList<(PendingWrite Write, WriteReply Reply)> decided, CancellationToken stopping)
    {
        using var activity = CommitTracing.Start(batch, decided);
        var sent = owner.Lease.Stamp();
        var result = await CommitAsync(batch, sent, stopping);
        _instruments.OnCertain(_clock.GetElapsedTime(sent.Monotonic));
        CommitTracing.Describe(activity, result.Status);
        if (result.Status == CommitStatus.Committed)
        {
            _instruments.OnCommitted(batch.Log.Count);
        }
        else if (result.Status == CommitStatus.Fenced)
        {
            Log.CommitRefused(_logger);
        }

        return result;
    }

    private async Task<CommitResult> CommitAsync(CommitBatch batch, LeaseStamp sent, CancellationToken stopping)
    {
        var said = await AskAsync(batch);
        _instruments.OnAnswered(said.Status);
        switch (said.Status)
        {
            case CommitStatus.Committed:
                owner.Lease.Extend(sent);
                return said;
            case CommitStatus.Fenced:
                _owning.OnRefused(FenceRefusal.Commit);
                return said;
            case CommitStatus.Unknown:
                var certain = await ResolveAsync(batch, said, stopping);
                // Sending the same batch again would meet the same defect for ever: what turns out not to be applied has failed.
                return certain.Status == CommitStatus.Unknown && said.Failure is not CommitUnknownException
                    ? CommitResult.Of(CommitStatus.Failed, said.Failure!)
                    : certain;
            default:
                return said;
        }
    }

    private async Task<CommitResult> AskAsync(CommitBatch batch)
    {
        try
        {
            return await _store.CommitAsync(batch, CancellationToken.None);
        }
        catch (StoreUnavailableException e)
        {
            return CommitResult.Of(CommitStatus.Failed, e);
        }
        catch (RowRejectedException e)
        {
            return CommitResult.Of(CommitStatus.Refused, e);
        }
        catch (CommitUnknownException e)
        {
            Log.CommitUnknown(_logger, e.InnerException?.Message ?? e.Message);
            return CommitResult.Of(CommitStatus.Unknown, e);
        }
        catch (Exception e)
        {
            // Nothing the store's contract names: a defect. Not knowing is still the safe belief.
            Log.CommitBroke(_logger, e);
            return CommitResult.Of(CommitStatus.Unknown, e);
        }
    }

    private async Task<CommitResult> ResolveAsync(CommitBatch batch, CommitResult said, CancellationToken stopping)
    {
        owner.IsResolving = true;
        _instruments.OnResolving();
        try
        {
            var stillOwner = await InsistAsync(() => AdvanceAsync(batch, stopping), stopping);
            var applied = await InsistAsync(() => _store.WasAppliedAsync(batch, stopping), stopping);
            return (stillOwner, applied) switch
            {
                (true, false) => said,
                (false, false) => CommitResult.Fenced,
                _ => CommitResult.Committed(await InsistAsync(() => CountAsync(batch, stopping), stopping), stillOwner),
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
