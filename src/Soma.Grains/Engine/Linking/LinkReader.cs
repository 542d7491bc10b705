using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Past;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Ranking;

namespace Soma.Grains.Engine.Linking;

/// <summary>Answers questions about links from the store, as they were at one moment. Runs on the grain's turn.</summary>
/// <remarks>
/// A walk reads the store several times. If a commit changed links meanwhile, the walk is repeated. The fourth walk is
/// answered as it is, because a namespace whose links change all the time would get no answer otherwise.
/// </remarks>
internal sealed class LinkReader(EngineServices services, NamespaceOwner owner, RowReader reader, PastReader past)
{
    private const int Tries = 4;

    // What a neighbour takes in JSON without its key and metadata: names of fields, link type and numbers.
    private const int NeighborBytes = 400;

    // An id is written twice (coord and id), and each UTF-16 unit of it takes up to six bytes if it is escaped.
    private const int KeyBytesACharacter = 12;

    public Task<NeighborsReply> FindNeighborsAsync(GetNeighbors query, CancellationToken deadline) => WalkAsync(
        query.AsOf,
        refusal => new NeighborsReply { Neighbors = [], HeadSeq = 0, Rejection = refusal, PastSeq = query.AsOf is null ? null : 0 },
        async (walker, head) => new NeighborsReply
        {
            Neighbors = Cut([.. (await walker.FindNeighborsAsync(query, deadline)).Skip(query.Offset).Take(query.Limit)], out var isCut),
            HeadSeq = head,
            Truncated = isCut || walker.IsTruncated,
            PastSeq = query.AsOf is null ? null : head,
        },
        deadline);

    public Task<PathReply> FindPathAsync(FindPath query, CancellationToken deadline) => WalkAsync(
        query.AsOf,
        refusal => new PathReply
        {
            Path = query.From == query.To ? [query.From] : [],
            LinkTypes = [],
            HeadSeq = 0,
            Rejection = refusal,
            PastSeq = query.AsOf is null ? null : 0,
        },
        async (walker, head) =>
        {
            var links = query.From == query.To ? [] : await walker.FindPathAsync(query, deadline);
            return new PathReply
            {
                Path = links is null ? [] : [query.From, .. links.Select(link => link.Key.To)],
                LinkTypes = links is null ? [] : [.. links.Select(link => link.Key.Type)],
                HeadSeq = head,
                Truncated = walker.IsTruncated,
                PastSeq = query.AsOf is null ? null : head,
            };
        },
        deadline);

    /// <summary>Reads the links by which the memories of a search lend each other score. Safe off the turn.</summary>
    public LinkReading ReadingOf(long namespaceId, SearchExpansion expansion) => (keys, cancellationToken) =>
        services.Store.ReadLinksAroundAsync(namespaceId, keys, expansion.LinkTypes, LinkedContext.MostLinks, cancellationToken);

    /// <summary>
    /// Ends a read of links: waits until a commit that it may have seen is published, because a later read must not show an older state, and
    /// checks the lease, because an owner that was replaced meanwhile must not answer.
    /// </summary>
    public async Task SettleAsync(CancellationToken deadline)
    {
        await reader.Settled.WaitAsync(deadline);
        await owner.EnsureReadableAsync(deadline);
    }

    /// <summary>The same of a moment of the past.</summary>
    public async Task<LinkReading> ReadPastAsync(long namespaceId, long seq, SearchExpansion expansion, CancellationToken deadline)
    {
        var links = await past.ReadLinksAsync(namespaceId, seq, deadline);
        return (keys, _) => Task.FromResult(links.ReadAround(keys, expansion.LinkTypes, LinkedContext.MostLinks));
    }

    private async Task<T> WalkAsync<T>(Moment? asked, Func<Rejection?, T> unknown, Func<LinkWalker, long, Task<T>> walk, CancellationToken deadline)
    {
        if (asked is { } moment)
        {
            return await WalkPastAsync(moment, unknown, walk, deadline);
        }

        for (var tries = 1; ; tries++)
        {
            if (await owner.EnsureReadableAsync(deadline) is not { } owned)
            {
                return unknown(null);
            }

            var (head, changes) = (owned.HeadSeq, reader.Links.Changes);
            var reply = await walk(new LinkWalker(
                (keys, incoming, type, limit, token) => services.Store.ReadLinksFromAsync(owned.Id, keys, incoming, type, limit, token),
                services.Options.LinkWalkBound), head);
            await SettleAsync(deadline);
            if (reader.Links.Changes == changes || tries == Tries)
            {
                return reply;
            }
        }
    }

    /// <summary>Walks off the turn, because all links of the moment are in memory.</summary>
    private async Task<T> WalkPastAsync<T>(
        Moment asked, Func<Rejection?, T> unknown, Func<LinkWalker, long, Task<T>> walk, CancellationToken deadline)
    {
        var found = await past.Moments.FindAsync(asked, deadline);
        if (found.Readable is not { } owned)
        {
            return unknown(found.Refusal);
        }

        var links = await past.ReadLinksAsync(owned.Id, found.Moment.Seq, deadline);
        LinkSource read = (keys, incoming, type, limit, _) => Task.FromResult(links.ReadFrom(keys, incoming, type, limit));
        var reply = await Task.Run(() => walk(new LinkWalker(read, services.Options.LinkWalkBound), found.Moment.Seq), deadline);
        return await past.Moments.RecheckAsync(found, deadline) is { } gone ? unknown(gone) : reply;
    }

    private Neighbor[] Cut(Neighbor[] neighbors, out bool isCut)
    {
        var bytes = 0L;
        var count = neighbors.TakeWhile(neighbor =>
            (bytes += NeighborBytes + (KeyBytesACharacter * neighbor.Coordinate.Text.Length) + (neighbor.Metadata?.Length ?? 0)) <= services.Options.MaxAnswerBytes).Count();
        isCut = count < neighbors.Length;
        return neighbors[..count];
    }
}
