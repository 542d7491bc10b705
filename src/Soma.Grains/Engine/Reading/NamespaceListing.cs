using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Reading;

/// <summary>Lists a namespace page by page: the order is the index's, the rows are the store's.</summary>
internal sealed class NamespaceListing(EngineServices services, NamespaceOwner owner, ReadableIndex index, RowFetcher fetcher, Records records)
{
    public async Task<ListReply> ListAsync(ListMemories query, CancellationToken patience)
    {
        ListCursor? after = null;
        if (query.Cursor is { } cursor)
        {
            if (!ListCursor.TryParse(cursor, query.Order, query.Descending, out var parsed))
            {
                return new ListReply { Memories = [], HeadSeq = owner.Current?.HeadSeq ?? 0, CursorInvalid = true };
            }

            after = parsed;
        }

        var view = await index.TakeViewAsync(query.Patience, patience);
        if (view is not { } taken)
        {
            return new ListReply { Memories = [], HeadSeq = 0 };
        }

        if (!taken.IsComplete)
        {
            throw index.Incomplete();
        }

        var request = ToListRequest(query, after, taken);
        var page = await services.Searches.RunAsync(
            () => Listing.PageAsync(
                taken.Snapshot,
                request,
                Payloads.Reader(services.Store, taken.Owned.Id),
                (coordinates, through, cancellation) => services.Store.ReadPlacesAsync(taken.Owned.Id, coordinates, through, cancellation),
                patience),
            patience);
        return await ToPageAsync(request, taken, page, patience);
    }

    private static ListRequest ToListRequest(ListMemories query, ListCursor? after, IndexView view) => new()
    {
        Filter = RowFilter.Read(query.Filter),
        Type = query.Type,
        Now = view.Now,
        Order = query.Order,
        Descending = query.Descending,
        Bound = after?.Bound ?? view.HeadSeq,
        After = after is { } last ? new ListKey(last.Key, last.Coordinate) : null,
        Limit = query.Limit,
        Keys = query.Box?.ToTest(),
    };

    private async Task<ListReply> ToPageAsync(ListRequest request, IndexView view, ListPage page, CancellationToken patience)
    {
        var rows = await fetcher.FindVersionsAsync(view.Owned.Id, page.Memories, patience);
        var count = Records.CountWithin(rows, services.Options.MaxAnswerBytes, includeVectors: false);
        var isCut = count < rows.Count;
        return new ListReply
        {
            Memories = [.. rows.Take(count).Select(row => records.ToRecord(row, view.Owned))],
            NextCursor = isCut || page.HasMore
                ? CursorBehind(request, isCut ? page.Keys.Single(key => key.Coordinate == rows[count - 1].Coordinate) : page.Keys[^1])
                : null,
            HeadSeq = view.HeadSeq,
        };
    }

    private static string CursorBehind(ListRequest request, ListKey key) =>
        new ListCursor(request.Order, request.Descending, request.Bound, key.Value, key.Coordinate).ToString();
}
