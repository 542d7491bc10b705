using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Forgetting;
using Soma.Grains.Engine.Owning;

namespace Soma.Grains.Engine.Reading;

/// <summary>Finds one memory by its key.</summary>
internal sealed class MemoryLookup(NamespaceOwner owner, RowCache cache, RowFetcher fetcher, Records records, AccessCounts accessCounts, AccessTimes accessTimes)
{
    /// <summary>Called when so many accesses were counted that they should be committed. On any thread.</summary>
    public Action OnCountsFull { get; init; } = static () => { };

    /// <summary>Answers from <see cref="DirectReads"/>, on any thread; null: the answer takes a turn.</summary>
    public GetMemoryReply? TryGetDirectly(GetMemory query)
    {
        if (query.AsOf is not null)
        {
            return null;
        }

        // Read before the memory: a memory that is found afterwards is no older than this head.
        if (owner.Current is not { } owned || owned.HeadSeq is var head && !cache.Direct.TryGet(query.Coordinate, out var record))
        {
            return null;
        }

        // Asked after the memory was read: until now nobody else can have changed it.
        if (!owner.MayAnswerDirectly || record.ExpiresAt <= owner.Now())
        {
            return null;
        }

        return new GetMemoryReply { Memory = record with { AccessCount = record.AccessCount + CountAccess(record.Coordinate) }, HeadSeq = Math.Max(head, record.Seq) };
    }

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

        // The access is counted before the answer is made, so that the answer includes it.
        CountAccess(query.Coordinate);
        var memory = records.ToRecord(row, owned);
        if (cache.TryGet(query.Coordinate, out var cached) && ReferenceEquals(cached, row))
        {
            cache.Direct.Add(memory with { AccessCount = row.AccessCount });
        }

        return new GetMemoryReply { Memory = memory, HeadSeq = owned.HeadSeq };
    }

    /// <summary>Counts an access, and returns how many are not committed yet.</summary>
    private long CountAccess(Coordinate coordinate)
    {
        var pending = accessCounts.Increment(coordinate);
        if (accessTimes.IsKept)
        {
            accessTimes.Note(coordinate, owner.Now());
        }

        if (accessCounts.IsFull)
        {
            OnCountsFull();
        }

        return pending;
    }
}
