using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Committing;

/// <summary>Forms a batch: takes what is ready at the head of the queue, in order, and decides it.</summary>
internal sealed class BatchFormer(Decider decider, WritePreparation preparation, EngineOptions options)
{
    // What patches that are prepared on the grain's turn may add up to in a batch: some milliseconds. The rest is prepared beside it.
    private const int BytesPreparedOnTurn = 16 << 10;

    /// <summary>Decides as many commands as a batch takes, at most <paramref name="commandLimit"/>, into the draft.</summary>
    public FormedBatch Form(CommitQueue queue, BatchDraft draft, int commandLimit)
    {
        var decided = new List<(PendingWrite, WriteReply)>();
        var (rows, bytes, preparedBytes) = (0, 0L, 0);
        while (queue.Head is { Ready.IsCompletedSuccessfully: true } write && decided.Count < commandLimit)
        {
            (rows, bytes) = (rows + write.Rows, bytes + write.Command.Bytes);
            if (decided.Count > 0 && (rows > options.BatchRows || bytes > options.BatchBytes))
            {
                break;
            }

            if (queue.TryReplay(write))
            {
                continue;
            }

            // Two commands under one key are never decided together: what the second may do hangs on the first's receipt.
            if (write.Command.Key is { } key && draft.HasReceipt(key.Value))
            {
                break;
            }

            if (FindNewBase(draft, write) is (var patch, var row))
            {
                preparedBytes += row.Payload.Length + (patch.PayloadPatch?.Length ?? 0);
                if (preparedBytes > BytesPreparedOnTurn)
                {
                    write.Ready = preparation.PrepareAgainAsync(write, patch, row);
                    break;
                }
            }

            try
            {
                decided.Add((write, Decide(draft, write)));
                queue.Dequeue();
                write.Stage = WriteStage.Sent;
            }
            catch (Exception e)
            {
                // A defect in deciding one command must not take the commands around it along.
                queue.Finish(write, () => write.Fail(e));
            }
        }

        return new FormedBatch(draft, decided);
    }

    /// <summary>
    /// The row that a lone patch meets, if it is another than the one it was prepared on: a write before it in the queue, or in
    /// this very batch, has changed the memory meanwhile.
    /// </summary>
    private static (PatchMemory Patch, MemoryRow Row)? FindNewBase(BatchDraft draft, PendingWrite write) =>
        write.Command.Operations is [PatchMemory patch] && draft.Find(patch.Coordinate) is { Alive: true } row && write.Prepared[0]?.BaseSeq != row.Seq
            ? (patch, row)
            : null;

    /// <summary>Decides the whole command or nothing of it, and leaves its receipt in the draft if it succeeded.</summary>
    private WriteReply Decide(BatchDraft draft, PendingWrite write)
    {
        var command = write.Command;
        // One plain operation is refused before it changes anything; everything else is tried on a branch first.
        var target = command.Operations is [PutMemory or DeleteMemory or PutLink or DeleteLink] ? draft : draft.Branch();
        var decisions = new Decision[command.Operations.Length];
        for (var i = 0; i < decisions.Length; i++)
        {
            decisions[i] = decider.Decide(target, command.Operations[i], write.Prepared[i]);
        }

        if (decisions.Any(decision => decision.Rejection is not null))
        {
            return Refuse(decisions);
        }

        if (target != draft)
        {
            draft.Merge(target);
        }

        write.Removed = decisions.Sum(decision => decision.Removed);
        var reply = Accept(command, decisions);
        if (command.Key is { } key)
        {
            draft.AddReceipt(ToReceipt(key, command, reply, draft.At));
        }

        return reply;
    }

    private static WriteReply Refuse(Decision[] decisions)
    {
        var failed = Enumerable.Range(0, decisions.Length).Where(i => decisions[i].Rejection is not null).ToArray();
        var first = decisions[failed[0]].Rejection!;
        return new WriteReply
        {
            Status = first.Status,
            Rejection = decisions.Length == 1 ? first : first with { FailedItems = failed },
        };
    }

    private static WriteReply Accept(WriteCommand command, Decision[] decisions)
    {
        var last = decisions[^1];
        return new WriteReply
        {
            Status = 200,
            Body = ToBody(command, decisions),
            Seq = last.Seq,
            ETag = command.Answer == AnswerKind.Store ? last.Seq : null,
        };
    }

    private static byte[] ToBody(WriteCommand command, Decision[] decisions) => (command.Answer, command.Operations[0]) switch
    {
        (AnswerKind.Store, _) => Answers.Stored(decisions[0].Stored!.Value),
        (AnswerKind.StoreBatch, _) => Answers.StoredBatch([.. decisions.Select(decision => decision.Stored!.Value)]),
        (AnswerKind.Delete, DeleteMemory delete) => Answers.Deleted(delete.Coordinate, decisions[0].Removed > 0, decisions[0].Seq),
        (AnswerKind.Delete, DeleteMatching matching) => ToSeriesBody(matching, decisions[0].Removed),
        (AnswerKind.Link, PutLink link) => Answers.Linked(new LinkAnswer(KeyOf(link), decisions[0].Seq)),
        (AnswerKind.Unlink, DeleteLink link) => Answers.Unlinked(new LinkAnswer(KeyOf(link), decisions[0].Seq), decisions[0].Removed > 0),
        _ => throw new ArgumentException($"The answer {command.Answer} does not go with {command.Operations[0].GetType().Name}."),
    };

    private static byte[] ToSeriesBody(DeleteMatching matching, long removed) => matching.IsLast
        ? Answers.DeletedMany(matching.DeletedBefore + removed)
        : Answers.DeletedSoFar(matching.DeletedBefore + removed, matching.NextChunk);

    private static LinkKey KeyOf(PutLink link) => new(link.From, link.To, link.LinkType);

    private static LinkKey KeyOf(DeleteLink link) => new(link.From, link.To, link.LinkType);

    private static Receipt ToReceipt(IdempotencyKey key, WriteCommand command, WriteReply reply, Instant at) => new()
    {
        Key = key.Value,
        RequestHash = key.RequestHash,
        Status = command.Operations is [DeleteMatching { IsLast: false }] ? Receipt.InProgress : reply.Status,
        Body = reply.Body,
        Seq = reply.Seq,
        ETag = reply.ETag,
        ExpiresAt = new Instant(at.Microseconds + (long)key.Retention.TotalMicroseconds),
    };
}

/// <summary>Commands that were decided together, with the answers they get once their commit has happened.</summary>
internal sealed record FormedBatch(BatchDraft Draft, IReadOnlyList<(PendingWrite Write, WriteReply Reply)> Decided);
