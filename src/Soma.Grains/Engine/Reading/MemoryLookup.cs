using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;

namespace Soma.Grains.Engine.Reading;

/// <summary>Finds one memory by its key.</summary>
internal sealed class MemoryLookup(NamespaceOwner owner, RowFetcher fetcher, Records records)
{
    /// <summary>Called with the key of a found memory before the answer is made, so that the answer counts this access too.</summary>
    public Action<Coordinate> OnFound { get; init; } = static _ => { };

    public async Task<GetMemoryReply> GetAsync(GetMemory query, CancellationToken deadline)
    {
        if (await owner.EnsureReadableAsync(deadline) is not { } owned)
        {
            return new GetMemoryReply { HeadSeq = 0 };
        }

        var row = await fetcher.FindAsync(owned.Id, query.Coordinate, deadline);
        // Reading the row from the store may have taken longer than the lease. An owner that was replaced meanwhile must not
        // answer.
        await owner.EnsureReadableAsync(deadline);
        if (row is null || !row.IsVisible(owner.Now()))
        {
            return new GetMemoryReply { HeadSeq = owned.HeadSeq };
        }

        OnFound(query.Coordinate);
        return new GetMemoryReply { Memory = records.ToRecord(row, owned), HeadSeq = owned.HeadSeq };
    }
}
