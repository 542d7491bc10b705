using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Resident;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Reading;

/// <summary>A search's walk: take the snapshot on the turn, rank it off the turn, answer with canonical rows.</summary>
internal sealed class NamespaceSearch(
    EngineServices services,
    NamespaceOwner owner,
    NamespaceIndex index,
    NamespaceTier tier,
    NamespaceConfiguration configuration,
    RowFetcher fetcher,
    Records records)
{
    // What is left of the caller's time once loading took its part: enough to rank what is there.
    private const double LoadingShare = 0.8;

    private readonly SearchReplies _replies = new(services, fetcher, records);
    private readonly LargeSearch _largeSearch = new(services, owner, tier, configuration, new SearchReplies(services, fetcher, records));

    public async Task<SearchReply> SearchAsync(SearchMemories query, CancellationToken patience)
    {
        using var activity = SomaActivities.Source.StartActivity(SomaActivities.Search);
        var started = services.Clock.GetTimestamp();
        try
        {
            var reply = await AnswerAsync(query, patience);
            activity?.SetTag("soma.hits", reply.Hits.Length);
            activity?.SetTag("soma.degraded", reply.Degraded);
            if (reply.Degraded)
            {
                services.Instruments.Searches.OnDegraded();
            }

            return reply;
        }
        catch (Exception e) when (SomaActivities.Mark(activity, e))
        {
            throw;
        }
        finally
        {
            services.Instruments.Searches.OnSearched(services.Clock.GetElapsedTime(started));
        }
    }

    private async Task<SearchReply> AnswerAsync(SearchMemories query, CancellationToken patience)
    {
        var isTierAway = false;
        if (tier.IsWanted && (query.Vector is not null || !string.IsNullOrWhiteSpace(query.Query)))
        {
            var (reply, isAway) = await _largeSearch.TryAnswerAsync(query, patience);
            if (reply is not null)
            {
                return reply;
            }

            isTierAway = isAway;
            services.Instruments.Tier.OnFallback();
        }

        var answer = await AnswerFromMemoryAsync(query, patience);
        return isTierAway ? answer with { Degraded = true } : answer;
    }

    private async Task<SearchReply> AnswerFromMemoryAsync(SearchMemories query, CancellationToken patience)
    {
        var view = await TakeViewAsync(query.Patience, patience);
        if (view is not { } taken)
        {
            return new SearchReply { Hits = [], HeadSeq = 0 };
        }

        if (SearchRequests.Refuse(query, taken.Owned) is { } rejection)
        {
            return new SearchReply { Hits = [], HeadSeq = taken.HeadSeq, Rejection = rejection };
        }

        var request = SearchRequests.Of(query, configuration, taken.Now);
        var embedder = new QueryEmbedder(configuration, taken.Snapshot.UsesModels ? taken.Owned.ActiveSpace : null);
        var (hits, isWhole) = await services.Searches.RunAsync(() => RankOffTurnAsync(taken, request, embedder, query, patience), patience);
        var reply = await _replies.MakeAsync(query, taken.Owned, hits, patience);
        return reply with
        {
            Degraded = !taken.IsComplete || !isWhole,
            Refining = index.CountRefining(taken.Snapshot),
            HeadSeq = taken.HeadSeq,
        };
    }

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

        var view = await TakeViewAsync(query.Patience, patience);
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

    private async Task<(IReadOnlyList<RankedMemory> Hits, bool IsWhole)> RankOffTurnAsync(
        View taken, SearchRequest request, QueryEmbedder embedder, SearchMemories query, CancellationToken patience)
    {
        using var activity = SomaActivities.Source.StartActivity(SomaActivities.Rank);
        activity?.SetTag("soma.memories", taken.Snapshot.Count);
        var vectors = await embedder.EmbedAsync(query, patience);
        var embedded = request with { TextVector = vectors.Text, ModelVector = vectors.Model };
        var outcome = await Searcher.SearchAsync(taken.Snapshot, embedded, Payloads.Reader(services.Store, taken.Owned.Id), patience);
        return (outcome.Hits, vectors.IsWhole && !outcome.LacksPhrases);
    }

    private static ListRequest ToListRequest(ListMemories query, ListCursor? after, View view) => new()
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

    /// <summary>The snapshot of one moment under the lease; null: there is no such namespace.</summary>
    private async Task<View?> TakeViewAsync(TimeSpan time, CancellationToken patience)
    {
        var loadingTime = Task.Delay(time * LoadingShare, services.Clock, patience);
        while (true)
        {
            // Checked anew after every wait: a lease that held before loading says nothing about now, and the index may
            // have been dropped meanwhile.
            if (await owner.EnsureReadableAsync(patience) is not { } owned)
            {
                return null;
            }

            if (index.Current is { } snapshot && (index.IsComplete || index.IsPartial || loadingTime.IsCompleted))
            {
                return new View(owned, snapshot, owned.HeadSeq, index.IsComplete, owner.Now());
            }

            await index.EnsureLoadedAsync(loadingTime);
        }
    }

    private async Task<ListReply> ToPageAsync(ListRequest request, View view, ListPage page, CancellationToken patience)
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

    // The head is taken in the same step as the snapshot, which does not move with commits of links alone.
    private readonly record struct View(Ownership Owned, IndexSnapshot Snapshot, long HeadSeq, bool IsComplete, Instant Now);
}
