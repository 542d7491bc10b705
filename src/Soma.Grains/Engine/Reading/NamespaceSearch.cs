using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Forgetting;
using Soma.Grains.Engine.Linking;
using Soma.Grains.Engine.Past;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Reading;

/// <summary>Answers a search: takes a snapshot on the turn, embeds the query and ranks off the turn, and reads the rows of the hits.</summary>
/// <remarks>
/// The filter crosses from the gateway as its JSON text and is parsed here once more. A parsed filter would make each operator
/// part of the messages between gateway and silo, so a silo of the version before could not read a filter with a new operator.
/// </remarks>
internal sealed class NamespaceSearch(
    EngineServices services, NamespaceConfiguration configuration, ReadableIndex index, LargeSearch largeSearch, PastReader past, RowFetcher fetcher, Records records, LinkReader links,
    AccessTimes accessTimes)
{
    private const int BytesPerToken = 4;

    public async Task<SearchReply> SearchAsync(SearchMemories query, CancellationToken deadline)
    {
        using var activity = SomaActivities.Source.StartActivity(SomaActivities.Search);
        var started = services.Clock.GetTimestamp();
        try
        {
            var reply = await AnswerAsync(query, deadline);
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

    private async Task<SearchReply> AnswerAsync(SearchMemories query, CancellationToken deadline)
    {
        var filter = RowFilter.Read(query.Filter);
        if (query.AsOf is { } moment)
        {
            return await AnswerFromPastAsync(query, moment, filter, deadline);
        }

        var isTierAway = false;
        if (largeSearch.IsWantedFor(query))
        {
            try
            {
                if (await AnswerFromTierAsync(query, filter, deadline) is { } reply)
                {
                    services.Instruments.Tier.OnSearched();
                    return reply;
                }
            }
            catch (Exception e) when (e is VectorTierUnavailableException or VectorTierRejectedException or VectorSpaceMissingException)
            {
                isTierAway = true;
            }

            services.Instruments.Tier.OnFallback();
        }

        var answer = await AnswerFromMemoryAsync(query, filter, deadline);
        return isTierAway ? answer with { Degraded = true } : answer;
    }

    /// <returns>Null if the tier cannot serve the search now; the search is then answered from memory.</returns>
    private async Task<SearchReply?> AnswerFromTierAsync(SearchMemories query, FilterExpression filter, CancellationToken deadline)
    {
        if (await largeSearch.TakeTailAsync(query.Timeout, deadline) is not { } tail)
        {
            return null;
        }

        if (Refuse(query, tail) is { } refused)
        {
            return refused;
        }

        await LoadAccessTimesAsync(query, tail.Owned.Id, deadline);
        var plan = PlanOnTurn(query, filter, tail, LinksOf(query, tail));
        var (embedded, isWhole) = await services.Searches.RunAsync(() => EmbedByModelAsync(EmbedByTable(plan), plan, deadline), deadline);
        return await largeSearch.RankAsync(tail, embedded, fetcher.PayloadsOf(tail.Owned.Id), deadline) is { } outcome
            ? await ReplyAsync(query, tail, outcome, !isWhole || outcome.LacksPhrases, deadline)
            : null;
    }

    private async Task<SearchReply> AnswerFromMemoryAsync(SearchMemories query, FilterExpression filter, CancellationToken deadline)
    {
        if (await index.TakeViewAsync(query.Timeout, deadline) is not { } view)
        {
            return new SearchReply { Hits = [], HeadSeq = 0 };
        }

        return await RankAsync(query, filter, view, LinksOf(query, view), deadline);
    }

    /// <summary>Searches the memories of a past moment by words, first vectors and brought vectors, never by the vector tier.</summary>
    private async Task<SearchReply> AnswerFromPastAsync(SearchMemories query, Moment asked, FilterExpression filter, CancellationToken deadline)
    {
        var found = await past.Moments.FindAsync(asked, deadline);
        if (found.Readable is not { } owned)
        {
            return Refused(found.Refusal);
        }

        var memories = await past.ReadIndexAsync(owned.Id, found.Moment.Seq, deadline);
        var reading = query.Expand is { } expansion ? await links.ReadPastAsync(owned.Id, found.Moment.Seq, expansion, deadline) : null;
        var reply = await RankAsync(query, filter, IndexView.Of(owned, memories, found.Moment), reading, deadline);
        return await past.Moments.RecheckAsync(found, deadline) is { } gone ? Refused(gone) : reply;

        SearchReply Refused(Rejection? refusal) => new() { Hits = [], HeadSeq = found.Moment.Seq, Rejection = refusal, PastSeq = found.Moment.Seq };
    }

    private LinkReading? LinksOf(SearchMemories query, IndexView view) =>
        query.Expand is { } expansion ? links.ReadingOf(view.Owned.Id, expansion) : null;

    private async Task<SearchReply> RankAsync(
        SearchMemories query, FilterExpression filter, IndexView view, LinkReading? reading, CancellationToken deadline)
    {
        if (Refuse(query, view) is { } refused)
        {
            return refused;
        }

        await LoadAccessTimesAsync(query, view.Owned.Id, deadline);
        var plan = PlanOnTurn(query, filter, view, reading);
        var payloads = fetcher.PayloadsOf(view.Owned.Id);
        var (outcome, isWhole) = await services.Searches.RunAsync(
            () => plan.Model is null ? Searcher.Announce(view.Snapshot, EmbedByTable(plan), deadline) : EmbedByTable(plan),
            async request =>
            {
                using var activity = SomaActivities.Source.StartActivity(SomaActivities.Rank);
                activity?.SetTag("soma.memories", view.Snapshot.Count);
                var (embedded, isWhole) = await EmbedByModelAsync(request, plan, deadline);
                return (await Searcher.SearchAsync(view.Snapshot, embedded, payloads, deadline), isWhole);
            },
            deadline);
        return await ReplyAsync(query, view, outcome, !view.IsComplete || !isWhole || outcome.LacksPhrases, deadline);
    }

    /// <summary>The answer to a search that this namespace cannot serve; null if it can.</summary>
    private static SearchReply? Refuse(SearchMemories query, IndexView view)
    {
        var dimension = query.Vector?.Length / sizeof(float);
        return dimension is null || view.Owned.BroughtDimension is not { } expected || expected == dimension ? null : new SearchReply
        {
            Hits = [],
            HeadSeq = view.HeadSeq,
            PastSeq = view.PastSeq,
            Rejection = new Rejection
            {
                Status = 400,
                Detail = $"The embedding has dimension {dimension}; this namespace's has dimension {expected}.",
            },
        };
    }

    /// <summary>Faded importance goes by the times of access, which the first such search reads from the store.</summary>
    private Task LoadAccessTimesAsync(SearchMemories query, long namespaceId, CancellationToken deadline) =>
        accessTimes.IsKept && (query.ImportanceWeight > 0 || (string.IsNullOrWhiteSpace(query.Query) && query.Vector is null))
            ? accessTimes.EnsureLoadedAsync(namespaceId).WaitAsync(deadline)
            : Task.CompletedTask;

    /// <summary>Chooses the models for the query on the turn, where settings cannot change meanwhile. Embedding is done off the turn.</summary>
    /// <remarks>
    /// In the shared space the table embeds the query: it takes microseconds, and against memories of the sentence model it costs
    /// next to no accuracy.
    /// </remarks>
    private Plan PlanOnTurn(SearchMemories query, FilterExpression filter, IndexView view, LinkReading? reading)
    {
        var models = configuration.Models;
        // A search by words needs the query's vector too: relevance is told by it.
        var hasText = !string.IsNullOrWhiteSpace(query.Query);
        var isEmbedded = query.Mode != SearchMode.Keyword && models.Table is not null && hasText;
        var space = view.Snapshot.UsesModels ? view.Owned.ActiveSpace : null;
        var curve = hasText ? configuration.CurveOf(space) : null;
        var ownModel = isEmbedded || curve is not null ? configuration.ModelOf(space) : null;
        var shared = isEmbedded && models.IsShared && (query.Accurate || models.AccurateQueries) ? models.Model : null;
        var request = new SearchRequest
        {
            Asked = query,
            Filter = filter,
            Now = view.Now,
            BroughtVector = query.Vector is { } bytes ? UnitVector.Of(MemoryMarshal.Cast<byte, float>(bytes)) : null,
            RecencyHalfLife = configuration.RecencyHalfLife,
            Fading = configuration.HalfLife is { } halfLife ? new Fading(halfLife, view.Now, accessTimes.Of) : null,
            ModelSpace = ownModel?.Space.Name,
            Curve = curve,
            HasOwnEmbedder = !models.IsShared,
            Fields = configuration.Fields,
            Links = reading,
            Idle = services.Searches,
        };
        return new Plan(request, hasText ? models.Table : null, ownModel ?? shared, HasOwnSpace: ownModel is not null);
    }

    /// <summary>Adds the query's vector in the table's space.</summary>
    private static SearchRequest EmbedByTable(Plan plan)
    {
        var request = plan.Request with { Words = QueryWords.Of(plan.Request.Asked.Query, plan.Table) };
        if (plan.Table is not { } table)
        {
            return request;
        }

        var vector = new float[table.Dimension];
        var reading = table.Embed(plan.Request.Asked.Query, vector);
        var made = reading.HasVector ? vector : null;
        return request with { TextVector = made, TableVector = made, Reading = reading };
    }

    /// <summary>Adds the query's vector by the sentence model, if the plan has one. If the model fails, the table's vector is left, and <c>IsWhole</c> is false.</summary>
    private static async Task<(SearchRequest Embedded, bool IsWhole)> EmbedByModelAsync(SearchRequest request, Plan plan, CancellationToken deadline)
    {
        // The model of the table's space knows English only, and would make less of another query than the table has.
        if (plan.Model is not { } model || (!plan.HasOwnSpace && !request.Reading.IsEnglish))
        {
            return (request, true);
        }

        try
        {
            var better = await model.EmbedQueryAsync(request.Asked.Query, deadline);
            return (plan.HasOwnSpace ? request with { ModelVector = better } : request with { TextVector = better ?? request.TextVector }, true);
        }
        catch (ModelUnavailableException)
        {
            return (request, false);
        }
    }

    /// <summary>Makes the answer of the hits and their rows: as many as fit into one answer and into the caller's token budget.</summary>
    private async Task<SearchReply> ReplyAsync(
        SearchMemories query, IndexView view, SearchOutcome outcome, bool isDegraded, CancellationToken deadline)
    {
        if (query.Expand is not null)
        {
            await links.SettleAsync(deadline);
        }

        var rows = await fetcher.FindVersionsAsync(view.Owned.Id, [.. outcome.Hits.Select(hit => (hit.Coordinate, hit.Seq))], deadline);
        var hits = new List<SearchHit>(rows.Count);
        var (bytes, tokensLeft, isTruncated) = (0L, query.MaxTokens ?? long.MaxValue, false);
        for (var i = 0; i < rows.Count && !isTruncated; i++)
        {
            // A hit that does not fit into the rest of the budget is passed over, because a shorter one behind it may fit.
            if (rows[i] is not { } row || TokensOf(row.Payload) is var tokens && tokens > tokensLeft)
            {
                continue;
            }

            tokensLeft -= tokens;
            bytes += Records.SizeOf(row, query.IncludeVector, !query.OmitPayload);
            isTruncated = bytes > services.Options.MaxAnswerBytes && hits.Count > 0;
            if (!isTruncated)
            {
                var memory = records.ToRecord(row, view, query.IncludeVector, !query.OmitPayload);
                hits.Add(new SearchHit { Memory = memory, Score = outcome.Hits[i].Score, Relevance = outcome.Hits[i].Relevance, Explanation = outcome.Hits[i].Explanation });
            }
        }

        return new SearchReply
        {
            Hits = [.. hits],
            Degraded = isDegraded,
            Refining = view.IsPast ? 0 : index.CountRefining(view.Snapshot),
            HeadSeq = view.HeadSeq,
            PastSeq = view.PastSeq,
            Truncated = isTruncated,
        };
    }

    private static int TokensOf(byte[] payload) => (payload.Length + BytesPerToken - 1) / BytesPerToken;

    /// <summary>What a search embeds its query by.</summary>
    /// <param name="Request">The search without vectors of its text.</param>
    /// <param name="Table">Null: the text is not embedded.</param>
    /// <param name="Model">The sentence model that embeds the query besides; null: none does.</param>
    /// <param name="HasOwnSpace">Whether the model's space is not the table's.</param>
    private sealed record Plan(SearchRequest Request, ITextEmbedder? Table, ISentenceModel? Model, bool HasOwnSpace);
}
