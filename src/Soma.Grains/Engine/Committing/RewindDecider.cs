namespace Soma.Grains.Engine.Committing;

/// <summary>Decides one commit of a rewind, against the state that it meets.</summary>
internal static class RewindDecider
{
    public static Decision Decide(BatchDraft draft, RewindStep step)
    {
        // What was purged must not come back, so the contents are read again.
        if (step.Purges != draft.CommittedPurges || step.Memories.Any(memory => draft.IsPurged(memory.Coordinate)))
        {
            return Decision.Reject(RewindStep.Stale, "Something was purged meanwhile.");
        }

        var progress = step.Progress;
        foreach (var memory in step.Memories)
        {
            progress = Rewind(draft, memory, progress);
        }

        foreach (var link in step.Links)
        {
            draft.PutLink(link with { Seq = draft.NextSeq });
        }

        var gone = step.GoneLinks.Where(draft.LinkExists).ToArray();
        foreach (var key in gone)
        {
            draft.DeleteLink(key);
        }

        progress = progress with { Linked = progress.Linked + step.Links.Count, Unlinked = progress.Unlinked + gone.Length };
        return Decision.Rewind(progress, draft.NextSeq - 1);
    }

    private static RewindProgress Rewind(BatchDraft draft, RewoundMemory memory, RewindProgress progress)
    {
        var row = draft.Find(memory.Coordinate);
        var visible = row is not null && row.IsVisible(draft.At) ? row : null;
        if (memory.Target is not { } target)
        {
            if (visible is null)
            {
                return progress;
            }

            draft.DeleteMemory(visible, DeleteReasons.Rewound);
            return progress with { Deleted = progress.Deleted + 1 };
        }

        // A memory that would be over at once would not come back at all.
        var end = target.IsVisible(draft.At) ? target.ExpiresAt : null;
        if (visible is not null && visible.ExpiresAt == end && HaveSameContent(visible, target))
        {
            return progress;
        }

        // The memory takes its old place in its conversation again.
        draft.PutMemory(
            target with
            {
                Seq = draft.NextSeq,
                Version = (row?.Version ?? 0) + 1,
                UpdatedAt = draft.At,
                ExpiresAt = end,
                HasText = memory.Content?.HasText ?? target.HasText,
                AccessCount = visible?.CreatedSeq == target.CreatedSeq ? visible.AccessCount : 0,
            },
            memory.Content);
        return progress with { Stored = progress.Stored + 1 };
    }

    private static bool HaveSameContent(MemoryRow one, MemoryRow other) =>
        one.Payload.AsSpan().SequenceEqual(other.Payload) && one.Text == other.Text && one.Type == other.Type
        && one.Importance.Equals(other.Importance) && one.BroughtVector.AsSpan().SequenceEqual(other.BroughtVector);
}
