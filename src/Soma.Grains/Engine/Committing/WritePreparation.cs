using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Committing;

/// <summary>What a store or a patch leaves, worked out before it is decided.</summary>
/// <param name="BaseSeq">The version into which a patch was merged; the result counts only if the patch meets that version. 0 for a store.</param>
/// <param name="Payload">The payload afterwards.</param>
/// <param name="Content">What the search index keeps; null if the payload is too large to be accepted.</param>
internal sealed record PreparedMemory(long BaseSeq, byte[] Payload, IndexedContent? Content)
{
    /// <summary>What a store with <c>on_similar</c> is like; null: it asks for nothing.</summary>
    public SimilarFound? Similar { get; init; }
}

/// <summary>Everything that a command needs before it can be decided, done while it waits and while another commit is in flight.</summary>
/// <remarks>
/// Merging, flattening, tokenising and embedding are expensive, so they run on other threads, never on the grain's turn, with the
/// indexer and the sequence fields of the moment when they began: a change of settings meanwhile must not mix the two.
/// </remarks>
internal sealed class WritePreparation(
    NamespaceOwner owner, RowReader reader, OperationLookup operations, SimilarMemories similar, NamespaceConfiguration configuration, EngineOptions options)
{
    /// <summary>Pins at once what the command needs; the task completes when all of it has been read and prepared.</summary>
    public Task MakeReadyAsync(PendingWrite write)
    {
        foreach (var coordinate in write.Coordinates)
        {
            reader.Cache.Pin(coordinate);
        }

        LearnNewKeys(write.Command);

        foreach (var link in write.Links)
        {
            reader.Links.Pin(link);
        }

        // Most stores find everything in memory. They are ready when they are prepared, and need no turn in between.
        return IsStoreInMemory(write) ? PrepareStoresAsync(write) : LoadAsync(write);
    }

    /// <summary>Unpins what the command needed.</summary>
    public void Forget(PendingWrite write)
    {
        similar.Forget(write);
        foreach (var coordinate in write.Coordinates)
        {
            reader.Cache.Unpin(coordinate);
        }

        foreach (var link in write.Links)
        {
            reader.Links.Unpin(link);
        }
    }

    /// <summary>Finds the receipt under a key that a commit clashed with.</summary>
    public async Task LoadReceiptAsync(PendingWrite write)
    {
        var owned = await owner.EnsureOwnedAsync(CancellationToken.None);
        write.KnownReceipt = await reader.ReadAsync(owned.Id, [], [], write.Command.Key!.Value);
    }

    /// <summary>Prepares the patch of a command that is only this patch again, on the row that the patch will meet.</summary>
    public Task PrepareAgainAsync(PendingWrite write, PatchMemory patch, MemoryRow row)
    {
        var (indexer, fields) = (configuration.Indexer, configuration.SequenceFields);
        return Task.Run(() => write.Prepared[0] = Prepare(patch, row, indexer, fields));
    }

    /// <summary>Prepares a patch on the caller's thread.</summary>
    public PreparedMemory Prepare(PatchMemory patch, MemoryRow row) => Prepare(patch, row, configuration.Indexer, configuration.SequenceFields);

    private PreparedMemory Prepare(PatchMemory patch, MemoryRow row, ContentIndexer indexer, IReadOnlyList<string> fields)
    {
        var payload = patch.PayloadPatch is { } changes ? MergePatch.Apply(row.Payload, changes) : row.Payload;
        return new PreparedMemory(
            row.Seq, payload, payload.Length > options.MaxPayloadBytes ? null : indexer.Prepare(payload, patch.TextAfter(row.Text), fields));
    }

    /// <summary>
    /// Nothing is stored under a key that the gateway has just made, so it need not be read. If a retry was applied before this first
    /// attempt, the commit clashes with its receipt, and the attempt gets its answer.
    /// </summary>
    private void LearnNewKeys(WriteCommand command)
    {
        if (command.Key is { Attempt: > 1 })
        {
            return;
        }

        foreach (var operation in command.Operations)
        {
            if (operation is PutMemory { IsKeyNew: true } put && !reader.Cache.TryGet(put.Coordinate, out _))
            {
                reader.Cache.Put(put.Coordinate, null);
            }
        }
    }

    private bool IsStoreInMemory(PendingWrite write)
    {
        if (owner.Current is null || owner.IsReplaced || write.Command.Key is { NeedsLookup: true }
            || !Array.TrueForAll(write.Command.Operations, static operation => operation is PutMemory { OnSimilar: null }))
        {
            return false;
        }

        return reader.IsInMemory(write.Coordinates);
    }

    private async Task LoadAsync(PendingWrite write)
    {
        var preparing = PrepareStoresAsync(write);
        var owned = await owner.EnsureOwnedAsync(CancellationToken.None);
        // A delete by filter has already looked its own key up.
        var key = write.Command.Key is { NeedsLookup: true } wanted && write.Command.Operations is not [DeleteMatching]
            ? wanted.Value
            : null;
        write.KnownReceipt = await reader.ReadAsync(owned.Id, write.Coordinates, write.Links, key);
        if (key is not null && write.KnownReceipt is null && write.Command.Key!.IsGateways)
        {
            write.KnownReceipt = await operations.FindAsync(owned.Id, write.Command.Key);
        }

        await preparing;
        await PreparePatchesAsync(write);
        if (write.KnownReceipt is null && Array.Exists(write.Command.Operations, static operation => operation is PutMemory { OnSimilar: not null }))
        {
            await similar.PrepareAsync(write, owned);
        }
    }

    private Task PrepareStoresAsync(PendingWrite write)
    {
        if (!Array.Exists(write.Command.Operations, static operation => operation is PutMemory))
        {
            return Task.CompletedTask;
        }

        var (indexer, fields) = (configuration.Indexer, configuration.SequenceFields);
        return Task.Run(() =>
        {
            for (var i = 0; i < write.Prepared.Length; i++)
            {
                if (write.Command.Operations[i] is PutMemory put)
                {
                    write.Prepared[i] = new PreparedMemory(0, put.Payload, indexer.Prepare(put.Payload, put.Text, fields));
                }
            }
        });
    }

    /// <summary>Prepares patches on the rows as they are committed now, which most patches will meet unchanged.</summary>
    private Task PreparePatchesAsync(PendingWrite write)
    {
        var patches = new List<(int Index, PatchMemory Patch, MemoryRow Row)>();
        for (var i = 0; i < write.Prepared.Length; i++)
        {
            if (write.Command.Operations[i] is PatchMemory patch && reader.Cache.TryGet(patch.Coordinate, out var row) && row is { Alive: true })
            {
                patches.Add((i, patch, row));
            }
        }

        if (patches.Count == 0)
        {
            return Task.CompletedTask;
        }

        var (indexer, fields) = (configuration.Indexer, configuration.SequenceFields);
        return Task.Run(() => patches.ForEach(each => write.Prepared[each.Index] = Prepare(each.Patch, each.Row, indexer, fields)));
    }
}
