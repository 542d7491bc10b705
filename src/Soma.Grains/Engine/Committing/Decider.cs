using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Forgetting;
using Soma.Grains.Searching;
using Soma.Grains.Storage.Forgetting;

namespace Soma.Grains.Engine.Committing;

/// <summary>
/// The rules of writes: what a command does to the state that it meets when its batch is formed. The decider reads and changes the
/// draft of the batch and nothing else.
/// </summary>
internal sealed class Decider(NamespaceConfiguration configuration, WritePreparation preparation, SimilarMemories similar, EngineOptions options)
{
    /// <summary>The type of the links that <c>on_similar</c> makes.</summary>
    private const string SimilarLink = "similar";

    /// <summary>Decides the command as a whole: if one operation is refused, nothing of it is done. Leaves its receipt, or its operation, in the draft.</summary>
    public WriteReply Decide(BatchDraft draft, PendingWrite write)
    {
        if (draft.Room is { } room)
        {
            return DecideWithin(room, draft, write);
        }

        // A plain operation is refused before it changes anything; everything else is tried on a branch first, and so is what may exceed a quota.
        var target = draft.Quota is null && write.Command.Operations is [PutMemory or RevertMemory or DeleteMemory or PutLink or DeleteLink] ? draft : draft.Branch();
        var decisions = DecideAll(target, write);
        if (!IsRefused(decisions) && draft.Quota?.Refuse(write.Command, target.Log) is { } beyond)
        {
            decisions = [Decision.Reject(beyond)];
        }

        if (IsRefused(decisions))
        {
            return Answers.Refuse(decisions);
        }

        draft.Quota?.Accept(target.Log);
        if (target != draft)
        {
            draft.Merge(target);
        }

        return Accept(draft, write, decisions, []);
    }

    /// <summary>Decides the command where the namespace has a bound: others are evicted first if the command would exceed it.</summary>
    private WriteReply DecideWithin(BatchRoom room, BatchDraft draft, PendingWrite write)
    {
        var (mark, evicted) = (room.Mark(), new List<LivingMemory>());
        while (true)
        {
            var target = draft.Branch();
            evicted.ForEach(memory => target.DeleteMemory(memory.ToRow(), DeleteReasons.Evicted));
            var decisions = DecideAll(target, write);
            if (!IsRefused(decisions) && room.Refuse(target.Log) is { } tooLarge)
            {
                decisions = [Decision.Reject(tooLarge)];
            }

            if (IsRefused(decisions))
            {
                room.GiveBack(mark);
                return Answers.Refuse(decisions);
            }

            // If something was chosen, its deletes come first in the log, so the command gets other seqs and is decided again.
            if (!room.Choose(target.Log, evicted))
            {
                if (draft.Quota?.Refuse(write.Command, target.Log) is { } beyond)
                {
                    room.GiveBack(mark);
                    return Answers.Refuse([Decision.Reject(beyond)]);
                }

                draft.Quota?.Accept(target.Log);
                draft.Merge(target);
                room.Accept(target.Log);
                return Accept(draft, write, decisions, [.. evicted.Where(memory => !room.IsExpired(memory)).Select(memory => memory.Coordinate.Text)]);
            }
        }
    }

    private static bool IsRefused(Decision[] decisions) => Array.Exists(decisions, static decision => decision.Rejection is not null);

    private Decision[] DecideAll(BatchDraft target, PendingWrite write)
    {
        var decisions = new Decision[write.Command.Operations.Length];
        for (var i = 0; i < decisions.Length; i++)
        {
            decisions[i] = Decide(target, write.Command.Operations[i], write.Prepared[i]);
        }

        return decisions;
    }

    private WriteReply Accept(BatchDraft draft, PendingWrite write, Decision[] decisions, IReadOnlyList<string> evicted)
    {
        var command = write.Command;
        write.Removed = decisions.Sum(static decision => decision.Removed);
        var reply = Answers.Accept(command, decisions, configuration.Fields, evicted);
        if (command.Key is { } key)
        {
            draft.Keep(Answers.ToReceipt(key, command, reply, draft.At), OperationOf(key, command, decisions, evicted));
        }

        return reply;
    }

    /// <summary>
    /// What the command's row in the log keeps, so that no receipt is needed: the first attempt of a gateway to store one memory. Null:
    /// the command leaves a receipt. A retry does, because its first attempt may still arrive after it, and is found out by the receipt.
    /// So does a store that found similar memories, because its answer names them and its row does not.
    /// </summary>
    private static byte[]? OperationOf(IdempotencyKey key, WriteCommand command, Decision[] decisions, IReadOnlyList<string> evicted) =>
        key.Attempt == 1 && command.Answer == AnswerKind.Store && decisions[0].Similar.Count == 0
            ? StoredOperation.TryMake(key, decisions[0].EmbeddingSource, Answers.Named(evicted))
            : null;

    private Decision Decide(BatchDraft draft, WriteOperation operation, PreparedMemory? prepared) =>
        operation switch
        {
            PutMemory put => Put(draft, put, prepared!),
            PatchMemory patch => Patch(draft, patch, prepared),
            RevertMemory revert => Revert(draft, revert, prepared!),
            DeleteMemory delete => Delete(draft, delete, prepared),
            DeleteMatching matching => matching.Decide(draft),
            RewindStep step => RewindDecider.Decide(draft, step),
            EvictExcess => Decision.Remove(0, draft.NextSeq - 1),
            PutLink link => LinkDecider.Link(draft, link),
            DeleteLink link => LinkDecider.Unlink(draft, link),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation.GetType().Name, "Not a write."),
        };

    private static Decision? CheckCondition(Precondition condition, MemoryRow? visible) =>
        condition.Holds(visible?.Seq)
            ? null
            : Decision.Reject(412, visible is null
                ? "The memory does not exist, and the request asked that it does."
                : $"The memory's latest write is seq {visible.Seq}, which the request's condition excludes.");

    private static Decision? CheckDimension(BatchDraft draft, byte[]? brought) =>
        brought is { } vector && draft.BroughtDimension is { } dimension && vector.Length != dimension * sizeof(float)
            ? Decision.Reject(400, $"The embedding has dimension {vector.Length / sizeof(float)}; this namespace's has dimension {dimension}.")
            : null;

    private static MemoryRow? Visible(BatchDraft draft, MemoryRow? row) => row is not null && row.IsVisible(draft.At) ? row : null;

    private static Decision Delete(BatchDraft draft, DeleteMemory delete, PreparedMemory? prepared)
    {
        var row = draft.Find(delete.Coordinate);
        var visible = Visible(draft, row);
        if (CheckCondition(delete.Condition, visible) is { } refused)
        {
            return refused;
        }

        if (delete.Purge && row is not null)
        {
            draft.Purge(delete.Coordinate);
        }

        if (visible is null)
        {
            if (delete.Purge && row is not null && prepared?.BaseSeq != row.Seq)
            {
                // Versions of a memory that is gone lose their content. Followers of the changes must learn it, so it is a change.
                draft.DeleteMemory(row.Alive ? row : row with { CreatedSeq = draft.NextSeq, CreatedAt = draft.At }, DeleteReasons.Purged);
            }

            return Decision.Remove(0, draft.NextSeq - 1);
        }

        draft.DeleteMemory(visible, delete.Purge ? DeleteReasons.Purged : null);
        return Decision.Remove(1, draft.NextSeq - 1);
    }

    private Decision Put(BatchDraft draft, PutMemory put, PreparedMemory prepared)
    {
        var row = draft.Find(put.Coordinate);
        var visible = Visible(draft, row);
        if ((CheckCondition(put.Condition, visible) ?? CheckDimension(draft, put.BroughtVector)) is { } refused)
        {
            return refused;
        }

        var alike = prepared.Similar is { } found ? similar.Find(draft, put, found) : [];
        return (alike, put.OnSimilar?.Do) switch
        {
            ([var same, ..], SimilarAction.Skip) =>
                Decision.Store(same.Row, EmbeddingSource.Of(same.Row, configuration.FirstSource)).AsSkipped(alike, draft.NextSeq - 1),
            ([var same, ..], SimilarAction.Replace) => Put(draft, put, prepared.Content!, same.Row.Coordinate, same.Row, same.Row) with { Similar = alike },
            ([var same, ..], SimilarAction.Link) => PutLinked(draft, put, prepared.Content!, row, visible, same) with { Similar = alike },
            _ => Put(draft, put, prepared.Content!, put.Coordinate, row, visible) with { Similar = alike },
        };
    }

    private Decision PutLinked(BatchDraft draft, PutMemory put, IndexedContent content, MemoryRow? row, MemoryRow? visible, SimilarMemory same)
    {
        var stored = Put(draft, put, content, put.Coordinate, row, visible);
        var linked = LinkDecider.Link(draft, new PutLink { From = put.Coordinate, To = same.Row.Coordinate, LinkType = SimilarLink, Strength = same.Score });
        return stored with { Seq = linked.Seq };
    }

    private Decision Put(BatchDraft draft, PutMemory put, IndexedContent content, Coordinate coordinate, MemoryRow? row, MemoryRow? visible) =>
        Write(draft, content, new MemoryRow
        {
            Coordinate = coordinate,
            Seq = draft.NextSeq,
            Version = (row?.Version ?? 0) + 1,
            Alive = true,
            Type = put.Type,
            Importance = put.Importance,
            CreatedSeq = visible?.CreatedSeq ?? draft.NextSeq,
            CreatedAt = visible?.CreatedAt ?? draft.At,
            UpdatedAt = draft.At,
            ExpiresAt = configuration.ExpiryOf(put, draft.At),
            Payload = put.Payload,
            Text = put.Text,
            HasText = content.HasText,
            BroughtVector = put.BroughtVector,
            AccessCount = visible?.AccessCount ?? 0,
        });

    private Decision Revert(BatchDraft draft, RevertMemory revert, PreparedMemory prepared)
    {
        var row = draft.Find(revert.Coordinate);
        var visible = Visible(draft, row);
        if (CheckCondition(revert.Condition, visible) is { } refused)
        {
            return refused;
        }

        if (prepared is not { Reverted: { } version, Content: { } content } || draft.IsPurged(revert.Coordinate))
        {
            return prepared.Refusal is { } refusal
                ? Decision.Reject(refusal.Status, refusal.Detail)
                : Decision.Reject(410, "The content of the version was purged.");
        }

        return Write(draft, content, version with
        {
            Seq = draft.NextSeq,
            Version = (row?.Version ?? 0) + 1,
            CreatedSeq = visible?.CreatedSeq ?? draft.NextSeq,
            CreatedAt = visible?.CreatedAt ?? draft.At,
            UpdatedAt = draft.At,
            // A memory that would be over at once would not come back at all.
            ExpiresAt = version.IsVisible(draft.At) ? version.ExpiresAt : null,
            HasText = content.HasText,
            AccessCount = visible?.AccessCount ?? 0,
        });
    }

    private Decision Patch(BatchDraft draft, PatchMemory patch, PreparedMemory? prepared)
    {
        var visible = Visible(draft, draft.Find(patch.Coordinate));
        if (CheckCondition(patch.Condition, visible) is { } refused)
        {
            return refused;
        }

        if (visible is null)
        {
            return Decision.Reject(404, "Memory not found");
        }

        if (CheckDimension(draft, patch.BroughtVector) is { } wrong)
        {
            return wrong;
        }

        // Prepared here, on the turn, only if it is small or one of many in its command: see CommitLoop.Form.
        var (_, payload, made) = prepared?.BaseSeq == visible.Seq ? prepared : preparation.Prepare(patch, visible);
        if (made is not { } content)
        {
            return Decision.Reject(413, $"The patched payload would have {payload.Length} bytes; the most is {options.MaxPayloadBytes}.");
        }

        return Write(draft, content, visible with
        {
            Seq = draft.NextSeq,
            Version = visible.Version + 1,
            Type = patch.Type ?? visible.Type,
            Importance = patch.Importance ?? visible.Importance,
            UpdatedAt = draft.At,
            ExpiresAt = patch.ChangesExpiry ? patch.Expiry.Resolve(draft.At) : visible.ExpiresAt,
            Payload = payload,
            Text = patch.TextAfter(visible.Text),
            HasText = content.HasText,
            BroughtVector = patch.ChangesVector ? patch.BroughtVector : visible.BroughtVector,
        });
    }

    private Decision Write(BatchDraft draft, IndexedContent content, MemoryRow row)
    {
        draft.PutMemory(row, content);
        return Decision.Store(row, EmbeddingSource.Of(row, configuration.FirstSource));
    }
}
