using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Reading;

/// <summary>Ranks in a namespace that is too large for memory: by candidates from the vector tier, and by the tail that the tier lacks.</summary>
internal sealed class LargeSearch(EngineServices services, NamespaceOwner owner, NamespaceTier tier)
{
    // The other 70 % of the caller's time are left for a search without the tier.
    private const double TailShare = 0.3;

    /// <summary>Whether the namespace is above the resident limit and the query has anything that the tier could find candidates by.</summary>
    public bool IsWantedFor(SearchMemories query) =>
        tier.IsWanted && (query.Vector is not null || !string.IsNullOrWhiteSpace(query.Query));

    /// <summary>Takes a snapshot of the tail under the lease.</summary>
    /// <returns>Null if there is no such namespace, the tier has not caught up, or the tail cannot be loaded in time.</returns>
    public async Task<IndexView?> TakeTailAsync(TimeSpan time, CancellationToken deadline)
    {
        if (await owner.EnsureReadableAsync(deadline) is not { } prepared
            || !await tier.PrepareAsync(prepared, Task.Delay(time * TailShare, services.Clock, deadline)))
        {
            return null;
        }

        // Loading the tail may have taken longer than the lease, so the lease is checked again.
        return await owner.EnsureReadableAsync(deadline) is { } owned && tier.Tail.Current is { } tail && tier.Tail.IsComplete
            ? new IndexView(owned, tail, owned.HeadSeq, IsComplete: true, owner.Now())
            : null;
    }

    /// <returns>Null if the tier fell behind the tail meanwhile.</returns>
    public async Task<SearchOutcome?> RankAsync(IndexView view, SearchRequest request, PayloadReader payloads, CancellationToken deadline)
    {
        var asked = request.Asked;
        var first = request with { Links = null, Asked = asked with { Offset = 0, TopK = asked.Offset + asked.TopK, Explain = false } };
        var exact = request with { Asked = asked with { Exact = true } };
        var recent = await RankAsync(view.Snapshot, first);
        var coordinates = new HashSet<Coordinate>(recent.Hits.Select(hit => hit.Coordinate));
        for (var round = 0; ; round++)
        {
            if (await tier.AskAsync(view.Owned, request, round, deadline) is not { } answer)
            {
                return null;
            }

            coordinates.UnionWith(answer.Found);
            var ranked = await RankAsync(await tier.IndexAsync(view.Owned, coordinates, deadline), exact);
            if (ranked.Unheld.Count > 0)
            {
                // The tier does not know links, so what they lead to is found by its key, and ranked among the candidates.
                ranked = await RankAsync(await tier.IndexAsync(view.Owned, [.. coordinates.Union(ranked.Unheld)], deadline), exact);
            }

            // Another round is needed where the tier cannot express the filter, or returned versions that are no longer current.
            if (!answer.IsMore || ranked.Hits.Count >= asked.TopK)
            {
                var isCut = ranked.NeedsPhrases && round == NamespaceTier.MostRounds && ranked.Hits.Count < asked.TopK;
                return ranked with { LacksPhrases = ranked.LacksPhrases || recent.LacksPhrases || isCut };
            }
        }

        Task<SearchOutcome> RankAsync(IndexSnapshot snapshot, SearchRequest wanted) =>
            services.Searches.RunAsync(() => Searcher.SearchAsync(snapshot, wanted, payloads, deadline), deadline);
    }
}
