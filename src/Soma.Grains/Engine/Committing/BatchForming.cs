namespace Soma.Grains.Engine.Committing;

/// <summary>Forms a batch: decides the commands that are ready, each against the committed state and the commands before it.</summary>
internal sealed class BatchForming(
    EngineOptions options, CommitQueue queue, WritePreparation preparation, Decider decider, CommittedState state)
{
    // A patch whose memory was changed while it waited is prepared anew: on the turn up to this many bytes a batch, which take some
    // milliseconds, and beyond that on another thread.
    private const int BytesPreparedOnTurn = 16 << 10;

    /// <summary>Decides commands from the head of the queue, in order, until the batch is full.</summary>
    /// <param name="commandLimit">How many commands the batch may hold.</param>
    public BatchDraft Form(int commandLimit)
    {
        var draft = new BatchDraft(state);
        var (rows, bytes, preparedBytes) = (0, 0L, 0);
        while (queue.Head is { Ready.IsCompletedSuccessfully: true } write && draft.Decided.Count < commandLimit)
        {
            if (!state.Bounds.IsReady)
            {
                write.Ready = state.Bounds.LoadAsync();
                break;
            }

            if (!state.Usage.IsReadyFor(write.Command))
            {
                // The draft was opened without a count, so what it holds already is committed first.
                if (draft.Decided.Count == 0)
                {
                    write.Ready = state.Usage.LoadAsync();
                }

                break;
            }

            (rows, bytes) = (rows + write.Rows, bytes + write.Command.Bytes);
            if (draft.Decided.Count > 0 && (rows > options.BatchRows || bytes > options.BatchBytes))
            {
                break;
            }

            if (queue.TryReplay(write))
            {
                continue;
            }

            // Two commands under one key are never decided together, because the first one's answer decides about the second.
            if (write.Command.Key is { } key && draft.HasAnswer(key.Value))
            {
                break;
            }

            if (preparation.IsStale(write))
            {
                write.Ready = preparation.FindRevertedAsync(write);
                break;
            }

            if (draft.FindNewBase(write) is (var patch, var row)
                && (preparedBytes += row.Payload.Length + (patch.PayloadPatch?.Length ?? 0)) > BytesPreparedOnTurn)
            {
                write.Ready = preparation.PrepareAgainAsync(write, patch, row);
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
            draft.Writer = write.Command.By;
            draft.Decided.Add((write, decider.Decide(draft, write)));
            queue.Dequeue();
            write.Stage = WriteStage.Sent;
        }
        catch (Exception e)
        {
            // A defect in deciding one command fails that command only.
            queue.Finish(write, () => write.Fail(e));
        }
    }
}
