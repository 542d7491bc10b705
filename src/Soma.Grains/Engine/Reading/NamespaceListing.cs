using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Reading;

/// <summary>Lists a namespace page by page. The index gives the order, and the stored rows are returned.</summary>
internal sealed class NamespaceListing(EngineServices services, NamespaceOwner owner, ReadableIndex index, RowFetcher fetcher, Records records)
{
    public async Task<ListReply> ListAsync(ListMemories query, CancellationToken deadline)
    {
        var after = query.Cursor is { } cursor ? ListCursor.Parse(cursor, query.Order, query.Descending) : null;
        if (query.Cursor is not null && after is null)
        {
            return new ListReply { Memories = [], HeadSeq = owner.Current?.HeadSeq ?? 0, CursorInvalid = true };
        }

        if (await index.TakeViewAsync(query.Timeout, deadline) is not { } taken)
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
                fetcher.PayloadsOf(taken.Owned.Id),
                (coordinates, through, cancellation) => services.Store.ReadPlacesAsync(taken.Owned.Id, coordinates, through, cancellation),
                deadline),
            deadline);
        return await ToPageAsync(request, taken, page, deadline);
    }

    private static ListRequest ToListRequest(ListMemories query, ListCursor? after, IndexView view) => new()
    {
        Asked = query,
        Filter = RowFilter.Read(query.Filter),
        Now = view.Now,
        Bound = after?.Bound ?? view.HeadSeq,
        After = after is { } last ? new ListKey(last.Key, last.Coordinate) : null,
    };

    private async Task<ListReply> ToPageAsync(ListRequest request, IndexView view, ListPage page, CancellationToken deadline)
    {
        var rows = await fetcher.FindVersionsAsync(view.Owned.Id, page.Memories, deadline);
        var memories = new List<MemoryRecord>(rows.Count);
        var (bytes, last) = (0L, page.Keys.Count - 1);
        for (var i = 0; i <= last; i++)
        {
            if (rows[i] is not { } row)
            {
                continue;
            }

            bytes += Records.SizeOf(row);
            if (bytes > services.Options.MaxAnswerBytes && memories.Count > 0)
            {
                // The answer is full. The next page begins with this memory.
                last = i - 1;
            }
            else
            {
                memories.Add(records.ToRecord(row, view.Owned));
            }
        }

        return new ListReply
        {
            Memories = [.. memories],
            NextCursor = page.HasMore || last < rows.Count - 1 ? CursorBehind(request, page.Keys[last]) : null,
            HeadSeq = view.HeadSeq,
        };
    }

    private static string CursorBehind(ListRequest request, ListKey key) =>
        new ListCursor(request.Asked.Order, request.Asked.Descending, request.Bound, key.Value, key.Coordinate).ToString();
}
