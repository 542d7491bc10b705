using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Resident;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Committing;

/// <summary>All that readers see, moved on by each commit in one step.</summary>
internal sealed class CommittedState(
    NamespaceOwner owner, RowReader reader, ReceiptWindow receipts, AccessCounts accessCounts, NamespaceIndexes indexes)
{
    public ReceiptWindow Receipts => receipts;

    /// <summary>Rises with each published commit that changed links: a walk that saw it rise has seen two states.</summary>
    public long LinkChanges { get; private set; }

    public BatchDraft NewDraft() => new(owner.Current!, owner.Now(), reader.Cache, reader.Links);

    /// <summary>The batch as it is sent; reads under way learn what it touches.</summary>
    public CommitBatch Send(BatchDraft draft)
    {
        var batch = draft.ToBatch(accessCounts.Drain());
        reader.OnSent(batch);
        return batch;
    }

    /// <summary>The batch was not applied.</summary>
    public void Unsend(CommitBatch batch)
    {
        accessCounts.Restore(batch.AccessCounts);
        reader.OnSettled();
    }

    /// <summary>The batch was applied: cache and index move together, and nobody can look in between.</summary>
    public void PublishOnTurn(CommitBatch batch, BatchDraft draft, long memoryCount)
    {
        var isFirst = batch.HeadSeq == 0;
        foreach (var row in batch.Memories)
        {
            reader.Cache.Put(row.Coordinate, row);
        }

        owner.Current!.Apply(batch, memoryCount);

        foreach (var (coordinate, count) in batch.AccessCounts)
        {
            reader.Cache.AddAccess(coordinate, count);
        }

        reader.Links.Apply(batch);
        LinkChanges += batch.PutLinks.Count + batch.DeletedLinks.Count + batch.LinkRemovals.Count;
        foreach (var receipt in batch.Receipts)
        {
            receipts.Add(receipt);
        }

        if (batch.Memories.Count > 0)
        {
            indexes.ApplyOnTurn(batch, draft.ContentOf, isFirst);
        }

        reader.OnSettled();
    }
}
