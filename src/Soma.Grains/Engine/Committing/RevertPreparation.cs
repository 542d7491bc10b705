using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Past;

namespace Soma.Grains.Engine.Committing;

/// <summary>Finds the version that a revert stores again, in the log, while the command waits.</summary>
/// <remarks>A version never changes, but it may be purged before the command is decided. Then it is looked for again.</remarks>
internal sealed class RevertPreparation(EngineServices services, RowReader reader, MomentFinder moments, NamespaceConfiguration configuration)
{
    /// <summary>Whether something was purged since the version was read.</summary>
    public bool IsStale(PendingWrite write) => write.Command.Operations is [RevertMemory] && write.Prepared[0]?.Purges != reader.Purges;

    public async Task PrepareAsync(PendingWrite write, long namespaceId)
    {
        for (var i = 0; i < write.Prepared.Length; i++)
        {
            if (write.Command.Operations[i] is RevertMemory revert)
            {
                write.Prepared[i] = await PrepareAsync(revert, namespaceId);
            }
        }
    }

    private async Task<PreparedMemory> PrepareAsync(RevertMemory revert, long namespaceId)
    {
        var purges = reader.Purges;
        var (row, refusal) = await FindAsync(revert, namespaceId);
        if (row?.Payload is null)
        {
            var gone = row is null ? null : new Rejection { Status = 410, Detail = $"The content of version {row.Version} is no longer kept." };
            return new PreparedMemory(0, [], null) { Purges = purges, Refusal = refusal ?? gone };
        }

        var (indexer, fields, memory) = (configuration.Indexer, configuration.SequenceFields, row.Memory);
        var content = await Task.Run(() => indexer.Prepare(memory.Payload, memory.Text, fields));
        return new PreparedMemory(0, memory.Payload, content) { Purges = purges, Reverted = memory };
    }

    /// <summary>The row of the version; null: there is none, and the refusal says why.</summary>
    private async Task<(LogRow? Row, Rejection? Refusal)> FindAsync(RevertMemory revert, long namespaceId)
    {
        if (revert.Version is { } version)
        {
            return await services.Past.FindVersionAsync(namespaceId, revert.Coordinate, version, CancellationToken.None) is { } found
                ? (found, null)
                : (null, NotFound($"The memory has no version {version}."));
        }

        // Whether the moment's whole state is still kept does not matter: the version may be.
        var moment = await moments.FindAsync(revert.AsOf ?? default, CancellationToken.None);
        if (moment.Refusal is { Status: 400 } refusal)
        {
            return (null, refusal);
        }

        var rows = await services.Past.ReadHistoryAsync(namespaceId, revert.Coordinate, moment.Moment.Seq + 1, 1, CancellationToken.None);
        return rows is [{ Op: LogOp.Put } row] && row.Memory.IsVisible(moment.Moment.Now)
            ? (row, null)
            : (null, NotFound($"The memory did not exist at seq {moment.Moment.Seq}."));
    }

    private static Rejection NotFound(string detail) => new() { Status = 404, Detail = detail };
}
