using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Storage;

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

        var page = await services.Searches.RunAsync(
            () => Listing.PageAsync(
                taken.Snapshot, ToListRequest(query, after, taken.Now), Payloads.Reader(services.Store, taken.Owned.Id), patience),
            patience);
        return await ToPageAsync(query, taken, page, patience);
    }

    private static ListRequest ToListRequest(ListMemories query, ListCursor? after, Instant now) => new()
    {
        Filter = RowFilter.Read(query.Filter),
        Type = query.Type,
        Now = now,
        Order = query.Order,
        Descending = query.Descending,
        After = after is { } last ? new ListKey(last.Key, last.Coordinate) : null,
        Limit = query.Limit,
    };

    private async Task<ListReply> ToPageAsync(ListMemories query, IndexView view, ListPage page, CancellationToken patience)
    {
        var rows = await fetcher.FindVersionsAsync(view.Owned.Id, page.Memories, patience);
        var count = Records.CountWithin(rows, services.Options.MaxAnswerBytes, includeVectors: false);
        return new ListReply
        {
            Memories = [.. rows.Take(count).Select(row => records.ToRecord(row, view.Owned))],
            NextCursor = count < rows.Count ? CursorBehind(query, KeyOf(rows[count - 1], query.Order))
                : page.Next is { } next ? CursorBehind(query, next)
                : null,
            HeadSeq = view.HeadSeq,
        };
    }

    private static string CursorBehind(ListMemories query, ListKey key) =>
        new ListCursor(query.Order, query.Descending, key.Value, key.Coordinate).ToString();

    private static ListKey KeyOf(MemoryRow row, ListOrder order) => new(
        order switch
        {
            ListOrder.Importance => row.Importance,
            ListOrder.Created => row.CreatedSeq,
            _ => row.Seq,
        },
        row.Coordinate);
}
