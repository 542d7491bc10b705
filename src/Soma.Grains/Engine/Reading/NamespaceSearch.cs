using Soma.Grains.Engine.Tier;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Reading;

/// <summary>A search's walk: take the snapshot on the turn, rank it off the turn, answer with canonical rows.</summary>
internal sealed class NamespaceSearch(
    EngineServices services, NamespaceConfiguration configuration, ReadableIndex index, NamespaceTier tier, LargeSearch largeSearch, SearchReplies replies)
{
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
            var (reply, isAway) = await largeSearch.TryAnswerAsync(query, patience);
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
        var view = await index.TakeViewAsync(query.Patience, patience);
        if (view is not { } taken)
        {
            return new SearchReply { Hits = [], HeadSeq = 0 };
        }

        if (QueryReading.Refuse(query, taken.Owned) is { } rejection)
        {
            return new SearchReply { Hits = [], HeadSeq = taken.HeadSeq, Rejection = rejection };
        }

        var request = QueryReading.Of(query, configuration, taken.Now);
        var embedder = new QueryEmbedder(configuration, taken.Snapshot.UsesModels ? taken.Owned.ActiveSpace : null);
        var (hits, isWhole) = await services.Searches.RunAsync(() => RankOffTurnAsync(taken, request, embedder, query, patience), patience);
        var reply = await replies.MakeAsync(query, taken.Owned, hits, patience);
        return reply with
        {
            Degraded = !taken.IsComplete || !isWhole,
            Refining = index.CountRefining(taken.Snapshot),
            HeadSeq = taken.HeadSeq,
        };
    }

    private async Task<(IReadOnlyList<RankedMemory> Hits, bool IsWhole)> RankOffTurnAsync(
        IndexView taken, SearchRequest request, QueryEmbedder embedder, SearchMemories query, CancellationToken patience)
    {
        using var activity = SomaActivities.Source.StartActivity(SomaActivities.Rank);
        activity?.SetTag("soma.memories", taken.Snapshot.Count);
        var vectors = await embedder.EmbedAsync(query, patience);
        var embedded = request with { TextVector = vectors.Text, ModelVector = vectors.Model };
        var outcome = await Searcher.SearchAsync(taken.Snapshot, embedded, Payloads.Reader(services.Store, taken.Owned.Id), patience);
        return (outcome.Hits, vectors.IsWhole && !outcome.LacksPhrases);
    }
}
