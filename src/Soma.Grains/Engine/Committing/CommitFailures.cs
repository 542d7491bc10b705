using Soma.Grains.Engine.Owning;

namespace Soma.Grains.Engine.Committing;

/// <summary>What is done about a batch that the store did not commit, or of which it did not say whether it committed it.</summary>
/// <remarks>
/// <para><b>No answer.</b> After a lost connection or a timeout the statement may still be running, or lie in a buffer and arrive
/// later, so reading the namespace's row would prove nothing. Instead:</para>
/// <para>1. The owner raises the epoch, if it still owns the namespace. The lock of the row makes this wait for a statement under
/// way, and the new epoch shuts out a statement that arrives later.</para>
/// <para>2. Then the owner reads the log. The batch was applied if and only if the row after the old head carries the epoch under
/// which the batch was sent. Example: sent under epoch 4 as seq 18 to 20, row 18 exists and has epoch 4: applied.</para>
/// <para>If the answer to step 1 is lost as well, its repetition finds a larger epoch than expected, as if a successor had taken
/// the namespace. The log still decides about the batch, and this activation steps down.</para>
/// <para>Both steps are retried until the store answers, and nothing else is committed meanwhile. A caller whose deadline passes
/// is told "unknown", never "not applied".</para>
/// </remarks>
internal sealed class CommitFailures(EngineServices services, CommitQueue queue, NamespaceOwner owner, WritePreparation preparation)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly ICanonicalStore _store = services.Store;
    private readonly CommitInstruments _instruments = services.Instruments.Commits;
    private readonly OwningInstruments _owning = services.Instruments.Owning;

    /// <summary>How many commands the next batch may hold: few while the command whose row the store refuses is looked for.</summary>
    public int CommandLimit { get; private set; } = int.MaxValue;

    /// <summary>A commit succeeded and was taken in, so batches may grow again.</summary>
    public void OnCommitted()
    {
        owner.MarkCertain();
        CommandLimit = CommandLimit > int.MaxValue / 2 ? int.MaxValue : CommandLimit * 2;
    }

    /// <summary>Turns "no answer" into what is certain.</summary>
    /// <returns><see cref="CommitStatus.Unknown"/> if the batch was not applied and can be formed again under the new epoch.</returns>
    public async Task<CommitResult> ResolveAsync(CommitBatch batch, CommitResult said, CancellationToken stopping)
    {
        if (said.Failure is CommitUnknownException { InnerException: var reason } unknown)
        {
            Log.CommitUnknown(services.Logger, reason?.Message ?? unknown.Message);
        }
        else
        {
            Log.CommitBroke(services.Logger, said.Failure!);
        }

        owner.IsResolving = true;
        _instruments.OnResolving();
        try
        {
            var stillOwner = await InsistAsync(() => AdvanceAsync(batch, stopping), stopping);
            var applied = await InsistAsync(() => _store.WasAppliedAsync(batch, stopping), stopping);
            return (stillOwner, applied) switch
            {
                // After an exception that the store's contract does not name, the same batch would fail for ever: do not form it again.
                (true, false) => said.Failure is CommitUnknownException ? said : CommitResult.Of(CommitStatus.Failed, said.Failure!),
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

    /// <summary>Decides what becomes of commands whose batch was certainly not applied: they wait again, or they fail.</summary>
    public async Task OnNotAppliedAsync(BatchDraft draft, CommitResult result)
    {
        switch (result.Status)
        {
            case CommitStatus.ReceiptClash or CommitStatus.Unknown:
                Requeue(draft);
                await LoadClashingReceiptsAsync(draft, result.ClashingKeys);
                break;
            case CommitStatus.Refused:
                NarrowDown(draft, result.Failure!.Message);
                break;
            case CommitStatus.Failed:
                Fail(draft, result.Failure!);
                break;
            default:
                Log.CommitRefused(services.Logger);
                // First, because callers go on as soon as they are answered, and may look at this owner then.
                StepDown();
                Fail(draft, new ReplacedException("Another activation took the namespace. The write was not applied."));
                break;
        }
    }

    public void Fail(BatchDraft draft, Exception failure)
    {
        foreach (var (write, _) in draft.Decided)
        {
            queue.Finish(write, () => write.Fail(failure));
        }
    }

    /// <summary>Fails every command in the queue; none of them was sent.</summary>
    public void FailQueued(string reason)
    {
        while (queue.Head is { } write)
        {
            queue.Finish(write, () => write.Fail(new ReplacedException(reason)));
        }
    }

    public void StepDownIfReplaced()
    {
        if (owner.IsReplaced)
        {
            StepDown();
        }
    }

    public void StepDown()
    {
        owner.MarkReplaced();
        FailQueued("Another activation took the namespace. The write was not applied.");
    }

    private void Requeue(BatchDraft draft) => queue.Requeue(draft.Decided.Select(decided => decided.Write));

    private async Task LoadClashingReceiptsAsync(BatchDraft draft, IReadOnlyList<string> keys)
    {
        foreach (var (write, _) in draft.Decided.Where(decided => decided.Write.Command.Key is { } key && keys.Contains(key.Value)))
        {
            try
            {
                await preparation.LoadReceiptAsync(write);
            }
            catch (StoreUnavailableException)
            {
                // The next batch is formed without the receipt. If the store is still away then, that commit fails; if it is back,
                // the keys clash again and the receipt is loaded then.
                return;
            }
        }
    }

    /// <summary>Halves the batches until the command whose row the store refuses stands alone, and fails only that command.</summary>
    private void NarrowDown(BatchDraft draft, string reason)
    {
        if (draft.Decided.Count > 1)
        {
            CommandLimit = Math.Max(1, draft.Decided.Count / 2);
            Requeue(draft);
            return;
        }

        var rejection = new Rejection { Status = 422, Detail = $"The store refuses this content: {reason}" };
        foreach (var (write, _) in draft.Decided)
        {
            queue.Finish(write, () => write.Complete(new WriteReply { Status = rejection.Status, Rejection = rejection }));
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

        // Changed in the same turn in which the store's answer arrives, so that no code of the owner runs under the old epoch any more.
        owner.Current!.AdvanceEpoch();
        owner.MarkCertain();
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
                await Task.Delay(pause, services.Clock, stopping);
            }
        }
    }
}
