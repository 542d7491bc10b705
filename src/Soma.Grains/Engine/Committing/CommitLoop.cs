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
/// answered. So no reader sees a write that could still be lost, and whoever has an answer finds the write in every read.</para>
/// <para><b>Crash points.</b> Before the commit is sent: nothing happened, and callers retry. After it was sent: the log decides
/// (see <see cref="CommitFailures"/>). After it was applied: the next owner loads it, and the receipt answers a retry.</para>
/// </remarks>
internal sealed class CommitLoop : IDisposable
{
    // A patch whose memory was changed while it waited is prepared anew: on the turn up to this many bytes a batch, which take some
    // milliseconds, and beyond that on another thread.
    private const int BytesPreparedOnTurn = 16 << 10;

    private readonly EngineServices _services;
    private readonly ICanonicalStore _store;
    private readonly CommitQueue _queue;
    private readonly WritePreparation _preparation;
    private readonly Decider _decider;
    private readonly CommittedState _state;
    private readonly NamespaceOwner _owner;
    private readonly CommitFailures _failures;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private bool _isFlushWanted;
    private Task _running = Task.CompletedTask;

    public CommitLoop(EngineServices services, CommitQueue queue, WritePreparation preparation, Decider decider, CommittedState state)
    {
        (_services, _store, _queue, _preparation) = (services, services.Store, queue, preparation);
        (_decider, _state, _owner) = (decider, state, state.Owner);
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
            if (_queue.Head is not { } head)
            {
                if (!_isFlushWanted)
                {
                    return;
                }

                _isFlushWanted = false;
                if (_owner is { Current: not null, IsReplaced: false })
                {
                    await CommitAsync(new BatchDraft(_state), isWorthSending: true);
                }

                continue;
            }

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
                continue;
            }

            // All its callers' deadlines may have passed meanwhile; then it has left the queue.
            if (head.Stage == WriteStage.Queued)
            {
                // Nothing is decided if the first command has to be prepared again or was answered by a receipt.
                var draft = Form();
                await (draft.Decided.Count == 0 ? Task.CompletedTask : CommitAsync(draft, draft.HasEffects));
            }
        }
    }

    /// <summary>Decides commands from the head of the queue, in order, until the batch is full.</summary>
    private BatchDraft Form()
    {
        var draft = new BatchDraft(_state);
        var (rows, bytes, preparedBytes) = (0, 0L, 0);
        while (_queue.Head is { Ready.IsCompletedSuccessfully: true } write && draft.Decided.Count < _failures.CommandLimit)
        {
            (rows, bytes) = (rows + write.Rows, bytes + write.Command.Bytes);
            if (draft.Decided.Count > 0 && (rows > _services.Options.BatchRows || bytes > _services.Options.BatchBytes))
            {
                break;
            }

            if (_queue.TryReplay(write))
            {
                continue;
            }

            // Two commands under one key are never decided together, because the first one's receipt decides about the second.
            if (write.Command.Key is { } key && draft.HasReceipt(key.Value))
            {
                break;
            }

            if (draft.FindNewBase(write) is (var patch, var row)
                && (preparedBytes += row.Payload.Length + (patch.PayloadPatch?.Length ?? 0)) > BytesPreparedOnTurn)
            {
                write.Ready = _preparation.PrepareAgainAsync(write, patch, row);
                break;
            }

            Decide(draft, write);
        }

        return draft;
    }

    private void Decide(BatchDraft draft, PendingWrite write)
    {
        try
        {
            draft.Decided.Add((write, _decider.Decide(draft, write)));
            _queue.Dequeue();
            write.Stage = WriteStage.Sent;
        }
        catch (Exception e)
        {
            // A defect in deciding one command fails that command only.
            _queue.Finish(write, () => write.Fail(e));
        }
    }

    private async Task CommitAsync(BatchDraft draft, bool isWorthSending)
    {
        try
        {
            if (isWorthSending)
            {
                await SendAsync(draft);
            }
            else
            {
                // A refusal, or the removal of something that is not there, says what is stored: it is a read and needs the lease.
                await _owner.EnsureReadableAsync(_stopped);
                Answer(draft);
            }
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
    }

    private async Task SendAsync(BatchDraft draft)
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

        if (result.Status != CommitStatus.Committed)
        {
            draft.Unsend();
            await _failures.OnNotAppliedAsync(draft, result);
            return;
        }

        draft.PublishOnTurn(result.MemoryCount);
        _failures.OnCommitted();
        Answer(draft);
        if (!result.IsStillOwner)
        {
            _failures.StepDown();
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
            _queue.Finish(write, () => write.Complete(reply));
        }
    }
}
