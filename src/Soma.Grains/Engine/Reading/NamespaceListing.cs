using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Past;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Reading;

/// <summary>Lists a namespace page by page. The index gives the order, and the stored rows are returned.</summary>
internal sealed class NamespaceListing(
    EngineServices services, NamespaceOwner owner, ReadableIndex index, PastReader past, RowFetcher fetcher, Records records)
{
    public async Task<ListReply> ListAsync(ListMemories query, CancellationToken deadline)
    {
        var after = query.Cursor is { } cursor ? ListCursor.Parse(cursor, query.Order, query.Descending) : null;
        if (query.Cursor is not null && after is null)
        {
            return InvalidCursor();
        }

        return query.AsOf is null && after?.Moment is null
            ? await ListPresentAsync(query, after, deadline)
            : await ListPastAsync(query, after, deadline);
    }

    private async Task<ListReply> ListPresentAsync(ListMemories query, ListCursor? after, CancellationToken deadline)
    {
        if (await index.TakeViewAsync(query.Timeout, deadline) is not { } taken)
        {
            return new ListReply { Memories = [], HeadSeq = 0 };
        }

        if (!taken.IsComplete)
        {
            throw index.Incomplete();
        }

        return await PageAsync(query, after, taken, deadline);
    }

    /// <summary>Lists the memories of a moment. A cursor keeps the moment of its first page.</summary>
    private async Task<ListReply> ListPastAsync(ListMemories query, ListCursor? after, CancellationToken deadline)
    {
        var found = after is { Moment: { } kept }
            ? await past.Moments.CheckAsync(kept, deadline)
            : await past.Moments.FindAsync(query.AsOf!.Value, deadline);
        if (after is not null && (after.Value.Moment is null || (query.AsOf is { } asked && (await past.Moments.FindAsync(asked, deadline)).Moment != found.Moment)))
        {
            return InvalidCursor();
        }

        if (found.Readable is not { } owned)
        {
            return Refused(found.Moment, found.Refusal);
        }

        var memories = await past.ReadIndexAsync(owned.Id, found.Moment.Seq, deadline);
        if (!memories.IsComplete)
        {
            throw new IndexIncompleteException(
                "The namespace was larger at that moment than the memory there is for the past (SOMA_MEMORY_BUDGET_MB): it can be searched, but not listed.");
        }

        var reply = await PageAsync(query, after, IndexView.Of(owned, memories, found.Moment), deadline);
        return await past.Moments.RecheckAsync(found, deadline) is { } gone ? Refused(found.Moment, gone) : reply;
    }

    private static ListReply Refused(PastMoment moment, Rejection? refusal) =>
        new() { Memories = [], HeadSeq = moment.Seq, Rejection = refusal, PastSeq = moment.Seq };

    private ListReply InvalidCursor() => new() { Memories = [], HeadSeq = owner.Current?.HeadSeq ?? 0, CursorInvalid = true };

    private async Task<ListReply> PageAsync(ListMemories query, ListCursor? after, IndexView taken, CancellationToken deadline)
    {
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
                memories.Add(records.ToRecord(row, view));
            }
        }

        return new ListReply
        {
            Memories = [.. memories],
            NextCursor = page.HasMore || last < rows.Count - 1 ? CursorBehind(request, page.Keys[last], view) : null,
            HeadSeq = view.HeadSeq,
            PastSeq = view.PastSeq,
        };
    }

    private static string CursorBehind(ListRequest request, ListKey key, IndexView view) =>
        new ListCursor(request.Asked.Order, request.Asked.Descending, request.Bound, key.Value, key.Coordinate)
        {
            Moment = view.Moment,
        }.ToString();
}
