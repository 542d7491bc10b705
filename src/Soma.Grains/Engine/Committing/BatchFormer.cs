using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Committing;

/// <summary>Decides a command against a draft and makes its answer.</summary>
internal sealed class BatchFormer(Decider decider, Func<IReadOnlyList<string>> sequenceFields)
{
    /// <summary>Decides the whole command or nothing of it, and leaves its receipt in the draft if it succeeded.</summary>
    public WriteReply Decide(BatchDraft draft, PendingWrite write)
    {
        var command = write.Command;
        // One plain operation is refused before it changes anything; everything else is tried on a branch first.
        var target = command.Operations is [PutMemory or DeleteMemory or PutLink or DeleteLink] ? draft : draft.Branch();
        var decisions = new Decision[command.Operations.Length];
        for (var i = 0; i < decisions.Length; i++)
        {
            decisions[i] = decider.Decide(target, command.Operations[i], write.Contents[i], sequenceFields);
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
        (AnswerKind.Delete, DeleteMatching matching) => Answers.DeletedMany(matching.DeletedBefore + decisions[0].Removed),
        (AnswerKind.Link, PutLink link) => Answers.Linked(new LinkAnswer(KeyOf(link), decisions[0].Seq)),
        (AnswerKind.Unlink, DeleteLink link) => Answers.Unlinked(new LinkAnswer(KeyOf(link), decisions[0].Seq), decisions[0].Removed > 0),
        _ => throw new ArgumentException($"The answer {command.Answer} does not go with {command.Operations[0].GetType().Name}."),
    };

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
