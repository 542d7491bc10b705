using Soma.Grains.Engine.Owning;

namespace Soma.Grains.Engine.Committing;

/// <summary>Takes what is ready at the head of the queue, decides it, makes it durable, then visible, then answers.</summary>
/// <remarks>
/// <para><b>Group commit.</b> One commit is in flight at a time, and the commands that become ready meanwhile form the next
/// batch. There is no timer: a single write is sent at once, and the busier the namespace, the larger the batches.</para>
/// <para><b>Decisions.</b> Nothing that depends on state is decided before the batch is formed. Then the commands are decided in
/// order, each against the committed state and the earlier commands of the batch. A refused command changes nothing and does not
/// affect the others. Refusals are answered together with the batch, because only the commit proves that this owner was still
/// the owner when it refused.</para>
/// <para><b>Visibility.</b> Cache and index change only after the commit, together, in one synchronous step, before anyone is
/// answered. So no reader sees a write that could still be lost, and whoever has an answer finds the write in every read. Within that
/// step the next batch is decided and sent between the two: the store works on it while the index takes in the batch before and its
/// callers are answered.</para>
/// <para><b>Crash points.</b> Before the commit is sent: nothing happened, and callers retry. After it was sent: the log decides
/// (see <see cref="CommitFailures"/>). After it was applied: the next owner loads it, and the receipt answers a retry.</para>
/// </remarks>
internal sealed class CommitLoop : IDisposable
{
    private readonly EngineServices _services;
    private readonly ICanonicalStore _store;
    private readonly CommitQueue _queue;
    private readonly BatchForming _forming;
    private readonly CommittedState _state;
    private readonly NamespaceOwner _owner;
    private readonly CommitFailures _failures;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private bool _isFlushWanted;

    // A batch that is in the store and in the cache, and that the index and the callers do not have yet.
    private BatchDraft? _committed;
    private Task _running = Task.CompletedTask;

    public CommitLoop(EngineServices services, CommitQueue queue, WritePreparation preparation, Decider decider, CommittedState state)
    {
        (_services, _store, _queue) = (services, services.Store, queue);
        (_state, _owner) = (state, state.Owner);
        _forming = new BatchForming(services.Options, queue, preparation, decider, state);
        _failures = new CommitFailures(services, queue, _owner, preparation);
        // Taken once, because the source may be disposed while the last commit is still being resolved.
        _stopped = _stopping.Token;
        queue.OnAdmitted = Start;
    }

    /// <summary>Refuses new commands and waits until every admitted command is answered.</summary>
    public async Task CloseAsync(CancellationToken deadline)
    {
        _queue.IsClosed = true;
        try
        {
            await _running.WaitAsync(deadline);
        }
        catch (OperationCanceledException)
        {
            await _stopping.CancelAsync();
            _failures.FailQueued("This activation is stopping. The write was not applied.");
        }
    }

    /// <summary>Commits the access counts that no write has carried along.</summary>
    public Task FlushAsync()
    {
        _isFlushWanted = true;
        Start();
        return _running;
    }

    public void Dispose() => _stopping.Dispose();

    private void Start()
    {
        if (_running.IsCompleted)
        {
            // The loop outlives the caller that starts it. With that caller's execution context, the commits of all callers would
            // appear in its trace. Turns are kept by the task scheduler, which does not flow with the execution context.
            using (ExecutionContext.SuppressFlow())
            {
                _running = RunAsync();
            }
        }
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (true)
        {
            if (FormNext() is { } draft)
            {
                // No await between a commit's end and here: readers see the batch before as soon as the turn ends.
                var committing = CommitAsync(draft, draft.HasEffects || draft.Decided.Count == 0);
                PublishOnTurn();
                if (await committing is { } result)
                {
                    TakeInOnTurn(draft, result);
                }
            }
            else if (_committed is not null)
            {
                // Whoever is answered here may add to the queue within this turn.
                PublishOnTurn();
            }
            else if (_queue.Head is { } head)
            {
                await WaitForAsync(head);
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>The next batch; null: nothing is ready. Without a command it only carries the access counts.</summary>
    private BatchDraft? FormNext()
    {
        while (_queue.Head is { Ready.IsCompletedSuccessfully: true })
        {
            // Nothing is decided if the first command has to be prepared again or was answered by a receipt.
            if (_forming.Form(_failures.CommandLimit) is { Decided.Count: > 0 } draft)
            {
                return draft;
            }
        }

        if (_queue.Head is not null || !_isFlushWanted || _committed is not null)
        {
            return null;
        }

        _isFlushWanted = false;
        return _owner is { Current: not null, IsReplaced: false } ? new BatchDraft(_state) : null;
    }

    /// <summary>Waits until the command can be decided. A command that cannot be is failed.</summary>
    private async Task WaitForAsync(PendingWrite head)
    {
        try
        {
            await head.Ready;
        }
        catch (Exception e)
        {
            if (head.Stage == WriteStage.Queued)
            {
                _queue.Finish(head, () => head.Fail(e));
            }

            _failures.StepDownIfReplaced();
        }
    }

    /// <returns>The store's answer if it committed the batch; null: the commands are answered, or wait again.</returns>
    private async Task<CommitResult?> CommitAsync(BatchDraft draft, bool isWorthSending)
    {
        try
        {
            if (isWorthSending)
            {
                return await SendAsync(draft);
            }

            // A refusal, or the removal of something that is not there, says what is stored: it is a read and needs the lease.
            await _owner.EnsureReadableAsync(_stopped);
            Answer(draft);
        }
        catch (OperationCanceledException)
        {
            _failures.Fail(draft, new OutcomeUnknownException("The silo stopped before the store had answered. The write may have been applied."));
        }
        catch (Exception e)
        {
            _failures.Fail(draft, e);
            _failures.StepDownIfReplaced();
        }

        return null;
    }

    private async Task<CommitResult?> SendAsync(BatchDraft draft)
    {
        var batch = draft.Send();
        CommitResult result;
        try
        {
            result = await AskAsync(batch, draft);
        }
        catch
        {
            draft.Unsend();
            throw;
        }

        if (result.Status == CommitStatus.Committed)
        {
            return result;
        }

        draft.Unsend();
        await _failures.OnNotAppliedAsync(draft, result);
        return null;
    }

    private void TakeInOnTurn(BatchDraft draft, CommitResult result)
    {
        _committed = Succeeds(draft, () => draft.TakeInOnTurn(result.MemoryCount)) ? draft : null;
        _failures.OnCommitted();
        if (!result.IsStillOwner)
        {
            PublishOnTurn();
            _failures.StepDown();
        }
    }

    /// <summary>Shows readers the batch that was committed last, and answers its callers.</summary>
    private void PublishOnTurn()
    {
        if (_committed is { } draft)
        {
            _committed = null;
            if (Succeeds(draft, draft.PublishOnTurn))
            {
                Answer(draft);
            }
        }
    }

    // A defect here fails the callers of this batch, and never the loop, which may have another batch under way. The batch is in the
    // store, and cache or index may lack a part of it. So this owner stops answering, and the next one loads what is stored.
    private bool Succeeds(BatchDraft draft, Action act)
    {
        try
        {
            act();
            return true;
        }
        catch (Exception e)
        {
            _failures.StepDown();
            _failures.Fail(draft, e);
            return false;
        }
    }

    /// <summary>Hands the batch to the store and returns when it is certain what became of it, however long that takes.</summary>
    private async Task<CommitResult> AskAsync(CommitBatch batch, BatchDraft draft)
    {
        var instruments = _services.Instruments.Commits;
        using var activity = CommitTracing.Start(batch, draft.Decided);
        // Taken before the batch is sent: a commit renews the lease from the moment of its sending, not of its answer.
        var sent = _owner.Lease.Stamp();
        var result = await ExecuteAsync(batch);
        instruments.OnAnswered(result.Status);
        switch (result.Status)
        {
            case CommitStatus.Committed:
                _owner.Lease.Extend(sent);
                break;
            case CommitStatus.Fenced:
                _services.Instruments.Owning.OnRefused(FenceRefusal.Commit);
                break;
            case CommitStatus.Unknown:
                result = await _failures.ResolveAsync(batch, result, _stopped);
                break;
        }

        instruments.OnCertain(_services.Clock.GetElapsedTime(sent.Monotonic));
        CommitTracing.Describe(activity, result.Status);
        if (result.Status == CommitStatus.Committed)
        {
            instruments.OnCommitted(batch.Log.Count);
        }

        return result;
    }

    private async Task<CommitResult> ExecuteAsync(CommitBatch batch)
    {
        try
        {
            return await _store.CommitAsync(batch, CancellationToken.None);
        }
        catch (Exception e)
        {
            return CommitResult.OfFailure(e);
        }
    }

    private void Answer(BatchDraft draft)
    {
        foreach (var (write, reply) in draft.Decided)
        {
            _queue.Finish(write);
            write.Complete(reply);
        }
    }
}
