using Soma.Grains.Engine.Observing;
using Soma.Grains.Engine.Owning;

namespace Soma.Grains.Engine.Committing;

/// <summary>Keeps the writes of a namespace in their order: it admits or refuses commands, gives each its place, and answers its callers.</summary>
/// <remarks>
/// <para><b>Protocol.</b> A command takes its place in the queue on the turn it arrives. While it waits, its content is
/// prepared off the turn and the rows its decision needs are read and pinned (see <see cref="WritePreparation"/>). The
/// <see cref="CommitLoop"/> takes commands from the head, in order, and commits them in batches.</para>
/// <para><b>Bounds.</b> The queue counts the rows and bytes of all commands that are admitted and not yet answered. A full queue
/// refuses at once, so memory does not grow with the load, and a refused command was certainly not applied.</para>
/// <para><b>Deadlines.</b> Each caller waits until its own deadline. A command for which nobody waits any more leaves the queue if
/// nothing was decided about it yet; once it was sent, its outcome is unknown until the store has answered.</para>
/// <para><b>Once.</b> Requests with the same key and content share one place in the queue and one answer. Example: a client repeats
/// a request while the first one still waits; both get the answer of one commit.</para>
/// <para>Everything here runs on the grain's turn. After each <c>await</c>, other turns may have changed the state.</para>
/// </remarks>
internal sealed class CommitQueue(
    EngineServices services, NamespaceOwner owner, WritePreparation preparation, ReceiptWindow receipts, NamespaceGauges gauges)
{
    private readonly TimeProvider _clock = services.Clock;
    private readonly EngineOptions _options = services.Options;
    private readonly CommitInstruments _instruments = services.Instruments.Commits;
    private readonly LinkedList<PendingWrite> _queue = [];
    private readonly Dictionary<string, PendingWrite> _byKey = new(StringComparer.Ordinal);
    private int _rows;
    private long _bytes;

    /// <summary>Whether new commands are refused.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Called when a command was admitted.</summary>
    public Action OnAdmitted { get; set; } = static () => { };

    /// <summary>The command to be decided next.</summary>
    public PendingWrite? Head => _queue.First?.Value;

    /// <summary>Takes the command's place in the order and answers when it is durable and visible.</summary>
    public async Task<WriteReply> WriteAsync(WriteCommand command)
    {
        using var activity = SomaActivities.Source.StartActivity(SomaActivities.Write);
        try
        {
            if (command.Timeout <= TimeSpan.Zero)
            {
                throw new DeadlinePassedException("The deadline had passed when the write arrived. It was not applied.");
            }

            var write = await FindRepeatedAsync(command);
            var reply = write is null && command.Key is { } key && FindReceipt(key) is { } receipt
                ? Replay(receipt, key)
                : await AwaitAsync(write ?? Admit(command), command.Timeout);
            activity?.SetTag("soma.status", reply.Status);
            return reply;
        }
        catch (Exception e) when (SomaActivities.Mark(activity, e))
        {
            throw;
        }
    }

    /// <summary>
    /// Does what <see cref="WriteAsync"/> does, for one commit of a series. <c>Removed</c> is null if the key has its final
    /// receipt already; the reply is then the one in the receipt.
    /// </summary>
    public async Task<(WriteReply Reply, long? Removed)> CommitStepAsync(WriteCommand command)
    {
        using var activity = SomaActivities.Source.StartActivity(SomaActivities.Write);
        try
        {
            var write = Admit(command);
            var reply = await AwaitAsync(write, command.Timeout);
            activity?.SetTag("soma.status", reply.Status);
            return (reply, write.IsReplayed ? null : write.Removed);
        }
        catch (Exception e) when (SomaActivities.Mark(activity, e))
        {
            throw;
        }
    }

    /// <summary>The receipt under a key, if it is among the newest ones, which are kept in memory.</summary>
    public Receipt? FindReceipt(IdempotencyKey key) => receipts.Find(key.Value, owner.Now());

    /// <summary>Waits until no command under this key is in the queue.</summary>
    public async Task WaitForKeyAsync(IdempotencyKey? key, TimeSpan timeLeft)
    {
        while (key is not null && _byKey.TryGetValue(key.Value, out var queued))
        {
            await WaitForAsync(queued, timeLeft);
        }
    }

    /// <summary>If the command's key has a receipt, answers it with the first answer again, so that nothing is committed twice.</summary>
    public bool TryReplay(PendingWrite write)
    {
        if (write.Command.Key is not { } key)
        {
            return false;
        }

        var now = owner.Now();
        var known = write.KnownReceipt is { } receipt && receipt.ExpiresAt > now ? receipt : receipts.Find(key.Value, now);
        // The receipt of an unfinished series is its progress: the next commit goes on from there and rewrites it.
        if (known is null || (write.Command.Operations is [SeriesStep] && IsProgressOf(known, key)))
        {
            return false;
        }

        write.IsReplayed = true;
        Finish(write, () => write.Complete(Replay(known, key)));
        return true;
    }

    /// <summary>Takes the head out, to be decided.</summary>
    public void Dequeue() => _queue.RemoveFirst();

    /// <summary>Puts commands back at the head, in their order, to be decided again.</summary>
    public void Requeue(IEnumerable<PendingWrite> writes)
    {
        foreach (var write in writes.Reverse())
        {
            write.Stage = WriteStage.Queued;
            _queue.AddFirst(write);
        }
    }

    /// <summary>Frees the command's share of the bounds and answers its callers, who go on at once.</summary>
    public void Finish(PendingWrite write, Action answer)
    {
        Finish(write);
        answer();
    }

    /// <summary>Frees the command's share of the bounds. The caller answers it then.</summary>
    public void Finish(PendingWrite write)
    {
        if (write.Stage == WriteStage.Queued)
        {
            _queue.Remove(write);
        }

        _rows -= write.Rows;
        _bytes -= write.Command.Bytes;
        gauges.SetQueue(_rows, _bytes);
        _instruments.OnFinished(_clock.GetElapsedTime(write.AdmittedAt));
        if (write.Command.Key is { } key && _byKey.TryGetValue(key.Value, out var queued) && queued == write)
        {
            _byKey.Remove(key.Value);
        }

        preparation.Forget(write);
    }

    private static bool IsProgressOf(Receipt receipt, IdempotencyKey key) =>
        receipt.Status == Receipt.InProgress && receipt.RequestHash.AsSpan().SequenceEqual(key.RequestHash);

    private static WriteReply Replay(Receipt receipt, IdempotencyKey key) =>
        receipt.Status != Receipt.InProgress && receipt.RequestHash.AsSpan().SequenceEqual(key.RequestHash)
            ? new WriteReply { Status = receipt.Status, Body = receipt.Body, Seq = receipt.Seq, ETag = receipt.ETag }
            : new WriteReply { Status = 409, Rejection = KeyReused };

    /// <summary>The refusal of a key that was used for another request.</summary>
    public static Rejection KeyReused { get; } =
        new() { Status = 409, Detail = "The Idempotency-Key was used for another request." };

    /// <summary>Finds the queued command with the same key and content. If the content differs, waits until that command is done.</summary>
    private async Task<PendingWrite?> FindRepeatedAsync(WriteCommand command)
    {
        while (command.Key is { } key && _byKey.TryGetValue(key.Value, out var queued))
        {
            if (queued.Command.Key!.RequestHash.AsSpan().SequenceEqual(key.RequestHash) && queued.Command.Operations is not [SeriesStep])
            {
                return queued;
            }

            await WaitForAsync(queued, command.Timeout);
        }

        return null;
    }

    /// <summary>Waits until a command is done, because only then is it known whether its key is taken: a failed command leaves no receipt.</summary>
    private async Task WaitForAsync(PendingWrite queued, TimeSpan timeLeft)
    {
        await Task.WhenAny(queued.Answer, Task.Delay(timeLeft, _clock));
        if (queued.Stage != WriteStage.Done)
        {
            throw new DeadlinePassedException("An earlier request with the same Idempotency-Key was still under way.");
        }
    }

    private PendingWrite Admit(WriteCommand command)
    {
        if (IsClosed || owner.IsReplaced)
        {
            throw new ReplacedException("This activation is stopping. The write was not applied.");
        }

        var write = new PendingWrite(command, _clock.GetTimestamp());
        // An empty queue admits even a command that is larger than the bound; otherwise such a command could never be stored.
        if (_rows > 0 && (_rows + write.Rows > _options.QueueRows || _bytes + command.Bytes > _options.QueueBytes))
        {
            _instruments.OnQueueFull();
            throw new OverloadedException("The namespace's commit queue is full.");
        }

        _rows += write.Rows;
        _bytes += command.Bytes;
        gauges.SetQueue(_rows, _bytes);
        _queue.AddLast(write);
        if (command.Key is { } key)
        {
            _byKey[key.Value] = write;
        }

        write.Ready = preparation.MakeReadyAsync(write);
        OnAdmitted();
        return write;
    }

    private async Task<WriteReply> AwaitAsync(PendingWrite write, TimeSpan timeLeft)
    {
        write.Waiters++;
        try
        {
            return await write.Answer.WaitAsync(timeLeft, _clock);
        }
        catch (TimeoutException)
        {
            if (write.Stage == WriteStage.Queued && write.Waiters == 1)
            {
                var passed = new DeadlinePassedException("The deadline passed before the write was decided. It was not applied.");
                Finish(write, () => write.Fail(passed));
                throw passed;
            }

            throw new OutcomeUnknownException("The deadline passed before the store had answered. The write may have been applied.");
        }
        finally
        {
            write.Waiters--;
        }
    }
}
