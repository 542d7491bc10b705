using Soma.Grains.Engine.Owning;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Committing;

/// <summary>Takes what is ready at the head of the queue, decides it, makes it durable, then visible, then answers.</summary>
/// <remarks>
/// <para><b>Group commit.</b> One commit is in flight at a time; everything that has become ready meanwhile is the next
/// batch. There is no timer: a lone write goes at once, and the busier the namespace, the larger the batches.</para>
/// <para><b>Decisions.</b> Nothing that depends on state is decided before the batch is formed. Then the commands are
/// decided in order, each against the committed state plus the batch so far. A command that is refused changes nothing and
/// its neighbours do not notice. Refusals are answered with the batch: what they say was true under the same fence.</para>
/// <para><b>Visibility.</b> Cache and index move only after the commit, together, in one synchronous step, before anyone is
/// answered. So no reader sees a write that could still vanish, and whoever has an answer finds it in every read.</para>
/// <para><b>Crash points.</b> Before the commit is sent: nothing happened, callers retry. After it was sent: the log decides
/// (see <see cref="CommitSender"/>). After it was applied: the next owner loads it, and the receipt answers a retry.</para>
/// </remarks>
internal sealed class CommitLoop : IDisposable
{
    private readonly CommitQueue _queue;
    private readonly NamespaceOwner _owner;
    private readonly CommitSender _sender;
    private readonly WritePreparation _preparation;
    private readonly BatchFormer _former;
    private readonly CommittedState _state;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private int _commandLimit = int.MaxValue;
    private bool _isFlushWanted;
    private Task _running = Task.CompletedTask;

    public CommitLoop(
        CommitQueue queue,
        NamespaceOwner owner,
        CommitSender sender,
        WritePreparation preparation,
        BatchFormer former,
        CommittedState state)
    {
        (_queue, _owner, _sender, _preparation, _former, _state) = (queue, owner, sender, preparation, former, state);
        // Taken once: the source may be disposed while the last commit is still being resolved.
        _stopped = _stopping.Token;
        queue.OnAdmitted = Start;
    }

    /// <summary>Refuses new commands and waits until what was admitted is answered.</summary>
    public async Task CloseAsync(CancellationToken patience)
    {
        _queue.IsClosed = true;
        try
        {
            await _running.WaitAsync(patience);
        }
        catch (OperationCanceledException)
        {
            await _stopping.CancelAsync();
            FailQueued("This activation is stopping. The write was not applied.");
        }
    }

    /// <summary>Commits what is pending besides commands: access counts that no write has carried along.</summary>
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
            // The loop outlives the caller that starts it: with that one's context, its trace would hold everyone's commits.
            // What runs the turns is the task scheduler, which does not flow with the context.
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

                await FlushNextAsync();
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

                StepDownIfReplaced();
                continue;
            }

            // Its callers may have lost their patience meanwhile.
            if (head.Stage == WriteStage.Queued)
            {
                await CommitNextAsync();
            }
        }
    }

    private async Task FlushNextAsync()
    {
        _isFlushWanted = false;
        if (_owner is { Current: not null, IsReplaced: false })
        {
            await CommitAsync(new FormedBatch(_state.NewDraft(), []), isWorthSending: true);
        }
    }

    private Task CommitNextAsync()
    {
        var formed = _former.Form(_queue, _state.NewDraft(), _commandLimit);
        // Nothing where the first command has to be prepared again, or had its answer already.
        return formed.Decided.Count == 0 ? Task.CompletedTask : CommitAsync(formed, formed.Draft.HasEffects);
    }

    private async Task CommitAsync(FormedBatch formed, bool isWorthSending)
    {
        try
        {
            if (isWorthSending)
            {
                await SendAsync(formed);
            }
            else
            {
                // Refusals and removals of nothing say what is there: a read, so the lease must hold.
                await _owner.EnsureReadableAsync(_stopped);
                Answer(formed);
            }
        }
        catch (OperationCanceledException)
        {
            Fail(formed, new OutcomeUnknownException("The silo stopped before the store had answered. The write may have been applied."));
        }
        catch (Exception e)
        {
            Fail(formed, e);
            StepDownIfReplaced();
        }
    }

    private async Task SendAsync(FormedBatch formed)
    {
        var batch = _state.Send(formed.Draft);
        CommitResult result;
        try
        {
            result = await _sender.SendAsync(batch, formed.Decided, _stopped);
        }
        catch
        {
            _state.Unsend(batch);
            throw;
        }

        if (result.Status == CommitStatus.Committed)
        {
            _state.PublishOnTurn(batch, formed.Draft, result.MemoryCount);
            _commandLimit = _commandLimit > int.MaxValue / 2 ? int.MaxValue : _commandLimit * 2;
            Answer(formed);
            if (!result.IsStillOwner)
            {
                StepDown();
            }
        }
        else
        {
            _state.Unsend(batch);
            await OnNotAppliedAsync(formed, result);
        }
    }

    private async Task OnNotAppliedAsync(FormedBatch formed, CommitResult result)
    {
        switch (result.Status)
        {
            case CommitStatus.ReceiptClash or CommitStatus.Unknown:
                _queue.Requeue(formed.Decided.Select(decided => decided.Write));
                await LoadClashingReceiptsAsync(formed, result.ClashingKeys);
                break;
            case CommitStatus.Refused:
                NarrowDown(formed, result.Failure!.Message);
                break;
            case CommitStatus.Failed:
                Fail(formed, result.Failure!);
                break;
            default:
                Fail(formed, new ReplacedException("Another activation took the namespace. The write was not applied."));
                StepDown();
                break;
        }
    }

    private async Task LoadClashingReceiptsAsync(FormedBatch formed, IReadOnlyList<string> keys)
    {
        foreach (var (write, _) in formed.Decided.Where(decided =>
            decided.Write.Command.Key is { } key && keys.Contains(key.Value)))
        {
            try
            {
                await _preparation.LoadReceiptAsync(write);
            }
            catch (StoreUnavailableException)
            {
                // The batch is formed again without it; a store that is away fails that commit, one that is back clashes again.
                return;
            }
        }
    }

    /// <summary>Halves the batches until the command whose row the store refuses stands alone, and fails that one.</summary>
    private void NarrowDown(FormedBatch formed, string reason)
    {
        if (formed.Decided.Count > 1)
        {
            _commandLimit = Math.Max(1, formed.Decided.Count / 2);
            _queue.Requeue(formed.Decided.Select(decided => decided.Write));
            return;
        }

        var rejection = new Rejection { Status = 422, Detail = $"The store refuses this content: {reason}" };
        foreach (var (write, _) in formed.Decided)
        {
            _queue.Finish(write, () => write.Complete(new WriteReply { Status = rejection.Status, Rejection = rejection }));
        }
    }

    private void Answer(FormedBatch formed)
    {
        foreach (var (write, reply) in formed.Decided)
        {
            _queue.Finish(write, () => write.Complete(reply));
        }
    }

    private void Fail(FormedBatch formed, Exception failure)
    {
        foreach (var (write, _) in formed.Decided)
        {
            _queue.Finish(write, () => write.Fail(failure));
        }
    }

    private void StepDownIfReplaced()
    {
        if (_owner.IsReplaced)
        {
            StepDown();
        }
    }

    private void StepDown()
    {
        _owner.MarkReplaced();
        FailQueued("Another activation took the namespace. The write was not applied.");
    }

    private void FailQueued(string reason)
    {
        while (_queue.Head is { } write)
        {
            _queue.Finish(write, () => write.Fail(new ReplacedException(reason)));
        }
    }
}
