using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Reading;

/// <summary>A search's walk through a namespace that is too large to be held.</summary>
internal sealed class LargeSearch(
    EngineServices services, NamespaceOwner owner, NamespaceTier tier, NamespaceConfiguration configuration, SearchReplies replies)
{
    // The rest of the caller's time is left for searching without the tier.
    private const double TailShare = 0.3;

    /// <returns>
    /// The answer; null where the tier cannot serve (not caught up, or away): then the namespace is searched as any other.
    /// </returns>
    public async Task<(SearchReply? Reply, bool IsAway)> TryAnswerAsync(SearchMemories query, CancellationToken patience)
    {
        if (await owner.EnsureReadableAsync(patience) is not { } owned
            || !await tier.PrepareAsync(owned, Task.Delay(query.Patience * TailShare, services.Clock, patience)))
        {
            return (null, false);
        }

        try
        {
            var reply = await AnswerAsync(query, patience);
            if (reply is not null)
            {
                services.Instruments.Tier.OnSearched();
            }

            return (reply, false);
        }
        catch (Exception e) when (e is VectorTierUnavailableException or VectorTierRejectedException or VectorSpaceMissingException)
        {
            return (null, true);
        }
    }

    private async Task<SearchReply?> AnswerAsync(SearchMemories query, CancellationToken patience)
    {
        // Preparing may have taken time: the lease must hold now.
        if (await owner.EnsureReadableAsync(patience) is not { } owned || tier.Tail.Current is not { } tail || !tier.Tail.IsComplete)
        {
            return null;
        }

        if (QueryReading.Refuse(query, owned) is { } rejection)
        {
            return new SearchReply { Hits = [], HeadSeq = owned.HeadSeq, Rejection = rejection };
        }

        var head = owned.HeadSeq;
        var embedder = new QueryEmbedder(configuration, tail.UsesModels ? owned.ActiveSpace : null);
        var plain = QueryReading.Of(query, configuration, owner.Now());
        var vectors = await services.Searches.RunAsync(() => embedder.EmbedAsync(query, patience).AsTask(), patience);
        var request = plain with { TextVector = vectors.Text, ModelVector = vectors.Model };
        if (await RankAsync(owned, tail, request, patience) is not { } outcome)
        {
            return null;
        }

        var reply = await replies.MakeAsync(query, owned, outcome.Hits, patience);
        return reply with { Degraded = !vectors.IsWhole || outcome.LacksPhrases, Refining = tier.Tail.CountRefining(tail), HeadSeq = head };
    }

    private async Task<SearchOutcome?> RankAsync(
        Ownership owned, IndexSnapshot tail, SearchRequest request, CancellationToken patience)
    {
        var payloads = Payloads.Reader(services.Store, owned.Id);
        var recent = await services.Searches.RunAsync(
            () => Searcher.SearchAsync(tail, request with { Offset = 0, TopK = request.Offset + request.TopK, Explain = false }, payloads, patience), patience);
        var coordinates = new HashSet<Coordinate>(recent.Hits.Select(hit => hit.Coordinate));
        for (var round = 0; ; round++)
        {
            if (await tier.AskAsync(owned, request, round, patience) is not { } answer)
            {
                return null;
            }

            coordinates.UnionWith(answer.Found);
            var snapshot = await tier.IndexAsync(owned, coordinates, patience);
            var ranked = await services.Searches.RunAsync(
                () => Searcher.SearchAsync(snapshot, request with { Exact = true }, payloads, patience), patience);
            // Filters that the tier cannot express, and versions it has not caught up with, may have left too few.
            if (!answer.IsMore || ranked.Hits.Count >= request.TopK)
            {
                var isCut = ranked.NeedsPhrases && round == NamespaceTier.MostRounds && ranked.Hits.Count < request.TopK;
                return ranked with { LacksPhrases = ranked.LacksPhrases || recent.LacksPhrases || isCut };
            }
        }
    }
}
