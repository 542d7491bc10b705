using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Committing;

/// <summary>Everything a command needs before it can be decided, done while it waits and beside the commit in flight.</summary>
internal sealed class WritePreparation(NamespaceOwner owner, RowReader reader, NamespaceConfiguration configuration, EngineOptions options)
{
    /// <summary>Pins what the command needs, at once; the task completes when it is all there.</summary>
    public Task MakeReadyAsync(PendingWrite write)
    {
        foreach (var coordinate in write.Coordinates)
        {
            reader.Cache.Pin(coordinate);
        }

        foreach (var link in write.Links)
        {
            reader.Links.Pin(link);
        }

        return LoadAsync(write);
    }

    /// <summary>Lets go of what was pinned.</summary>
    public void Forget(PendingWrite write)
    {
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

    private async Task LoadAsync(PendingWrite write)
    {
        var preparing = PrepareStoresAsync(write);
        var owned = await owner.EnsureOwnedAsync(CancellationToken.None);
        // The series of a delete by filter has looked its own key up.
        var key = write.Command.Key is { NeedsLookup: true } wanted && write.Command.Operations is not [DeleteMatching]
            ? wanted.Value
            : null;
        write.KnownReceipt = await reader.ReadAsync(owned.Id, write.Coordinates, write.Links, key);
        await preparing;
        await PreparePatchesAsync(write);
    }

    /// <summary>Prepares a lone patch again, on the row that it will meet once the commit before it is done.</summary>
    public Task PrepareAgainAsync(PendingWrite write, PatchMemory patch, MemoryRow row)
    {
        var preparation = MemoryPreparation.By(configuration, options);
        return Task.Run(() => write.Prepared[0] = preparation.Prepare(patch, row));
    }

    private Task PrepareStoresAsync(PendingWrite write)
    {
        if (!write.Command.Operations.Any(operation => operation is PutMemory))
        {
            return Task.CompletedTask;
        }

        var preparation = MemoryPreparation.By(configuration, options);
        return Task.Run(() =>
        {
            for (var i = 0; i < write.Prepared.Length; i++)
            {
                if (write.Command.Operations[i] is PutMemory put)
                {
                    write.Prepared[i] = preparation.Prepare(put);
                }
            }
        });
    }

    /// <summary>On the rows as they are committed now: most patches meet no other write of their memory in the queue.</summary>
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

        var preparation = MemoryPreparation.By(configuration, options);
        return Task.Run(() => patches.ForEach(each => write.Prepared[each.Index] = preparation.Prepare(each.Patch, each.Row)));
    }
}
