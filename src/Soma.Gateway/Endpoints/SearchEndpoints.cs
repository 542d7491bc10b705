using static Soma.Gateway.Requests.CommonFields;

namespace Soma.Gateway.Endpoints;

/// <summary>Search: its fields, which stand in a body or in a query, and its routes.</summary>
internal static class SearchEndpoints
{
    private const int DefaultTopK = 5;

    // How many memories may fill a token budget, if the request does not say how many it wants.
    private const int BudgetTopK = 100;
    private const int MostTokens = 10_000_000;
    private const string Payload = "payload";
    private const string Embedding = "embedding";

    private const int LongestField = 512;

    // Ranking costs a query's words times those of a memory. A query of megabytes, over memories of megabytes, kept all cores for minutes.
    public const int LongestQuery = 32 * 1024;

    private static readonly RequestShape<Form<SearchMemories>> Weights = new RequestShape<Form<SearchMemories>>("SearchWeights", NewSearch)
        .With("recency", Share.Else(0), (form, weight) => form.Command.RecencyWeight = weight, "Newness halves with the namespace's half-life.")
        .With("importance", Share.Else(0), (form, weight) => form.Command.ImportanceWeight = weight, "Importance against the largest among the candidates.")
        .With("recency_field", new TextType(1, LongestField), (form, field) => form.Command.RecencyField = field, "The field whose time recency goes by. Default: the payload's timestamp, or the latest write without one.");

    private const int MostLinkTypes = 16;

    private static readonly RequestShape<SearchExpansion> Expansion = new RequestShape<SearchExpansion>("SearchExpansion", () => new SearchExpansion())
        .With("hops", new IntegerType<int>(1, 2).Else(1), (expansion, hops) => expansion.Hops = hops, "How many links a score may pass.")
        .With("link_types", new ListType<string>(LinkEndpoints.LinkType, 1, MostLinkTypes), (expansion, types) => expansion.LinkTypes = [.. types], "Only links of these types. Default: of every type.");

    private static readonly ChoiceType<string> Included = new("Included", (Payload, Payload), (Embedding, Embedding));

    private static readonly ChoiceType<SearchMode> Mode = new(
        "Mode", ("hybrid", SearchMode.Hybrid), ("vector", SearchMode.Vector), ("keyword", SearchMode.Keyword));

    public static RequestShape<Form<SearchMemories>> Search { get; } = new RequestShape<Form<SearchMemories>>("Search", NewSearch, "universe", "tenant") { Check = Settle }
        .With("query", new TextType(most: LongestQuery).Else(""), (form, query) => form.Command.Query = query, "May be empty: then the embedding decides, or without one importance and age. What stands between quotes is a phrase: required in mode keyword, preferred in hybrid.")
        .With("top_k", PageSize, (form, topK) => form.Command.TopK = topK, "Default 5.", alias: "limit")
        .With("offset", Offset.Else(0), (form, offset) => form.Command.Offset = offset)
        .With("filters", Filter, (form, filter) => form.Command.Filter = filter, "A filter object; in a query its JSON text.")
        .With("memory_type", MemoryTypeChoice, (form, type) => form.Command.Type = type, "Only memories of this type.")
        .With(Embedding, Vector, (form, vector) => form.Command.Vector = vector, "Searches the brought vectors: a list of numbers, or base64 of little-endian float32.", alias: "vector")
        .With("mode", Mode.Else(SearchMode.Hybrid), (form, mode) => form.Command.Mode = mode)
        .With("min_score", Share.Else(0), (form, score) => form.Command.MinScore = score, "Least score of a hit.")
        .With("min_relevance", Share.Else(0), (form, relevance) => form.Command.MinRelevance = relevance, "Least relevance of a hit. A query that nothing answers gets an empty list. Needs a query with text.")
        .With("explain", CommonFields.Boolean.Else(false), (form, explain) => form.Command.Explain = explain, "Whether hits carry the parts of their scores.")
        .With("include", new ListType<string>(Included), SetIncluded, "Default payload alone. In a query with commas between the names.")
        .With("accurate", CommonFields.Boolean.Else(false), (form, accurate) => form.Command.Accurate = accurate, "Embeds the query by the sentence model, a few milliseconds, where the table would do.")
        .With("exact", CommonFields.Boolean.Else(false), (form, exact) => form.Command.Exact = exact, "Forbids approximations.")
        .With("weights", new ShapeType<Form<SearchMemories>>(Weights), SetWeights, "How much newer and more important memories are preferred; both 0 unless given. In a query its JSON text.")
        .With("expand", new ShapeType<SearchExpansion>(Expansion), (form, expansion) => form.Command.Expand = expansion, "Lets memories gain from the scores of those that links join them to, whichever way they point. {} stands for one hop over links of every type. Needs a query or an embedding. In a query its JSON text.")
        .With("max_tokens", new IntegerType<int>(1, MostTokens), (form, tokens) => form.Command.MaxTokens = tokens, "Fills a budget of tokens, four bytes of payload each: best first, what does not fit is passed over. top_k is then 100 unless given.")
        .With(PastEndpoints.AsOfField, PastEndpoints.Moment, (form, moment) => form.Command.AsOf = moment, PastEndpoints.AsOfDescription)
        .WithTenant();

    public static void MapSearch(this IEndpointRouteBuilder routes)
    {
        const string Template = "/memories/search";
        var search = routes.MapProtected("Search").LimitedAs("/memories.search").Needs(Scopes.Read);
        search.MapRead(Template, Operations.Search, Search, SearchAsync, FieldsIn.Body);
        search.MapRead(Template, Operations.SearchByQuery, Search, SearchAsync);
    }

    private static async Task<Results<Answer<Hits>, Problem>> SearchAsync(Call<Form<SearchMemories>> call)
    {
        var core = call.Core;
        var search = call.Form.Command;
        var started = core.Clock.GetTimestamp();
        var reply = await core.Client.SearchAsync(call.Target.Namespace, search, call.Context.RequestAborted);
        if (PastEndpoints.Refuse(search.AsOf, reply.PastSeq, reply.Rejection) is { } refused)
        {
            return refused;
        }

        core.Instruments.OnRecalled(core.Clock.GetElapsedTime(started));
        var shape = new HitShape(!search.OmitPayload, search.IncludeVector, core.Options.FlatMemories);
        return MinSeq.Check(call.Context, call.MinSeq, reply.HeadSeq) is { } tooOld ? tooOld : Hits.ToAnswer(reply, shape);
    }

    private static Form<SearchMemories> NewSearch() => new(new SearchMemories { TopK = 0, Timeout = default });

    private static void SetIncluded(Form<SearchMemories> form, List<string> names)
    {
        form.Command.OmitPayload = !names.Contains(Payload);
        form.Command.IncludeVector = names.Contains(Embedding);
    }

    private static void SetWeights(Form<SearchMemories> form, Form<SearchMemories> weights)
    {
        form.Command.RecencyWeight = weights.Command.RecencyWeight;
        form.Command.ImportanceWeight = weights.Command.ImportanceWeight;
        form.Command.RecencyField = weights.Command.RecencyField;
    }

    private static void Settle(Form<SearchMemories> form, FieldPlace request)
    {
        if (form.Command.MinRelevance > 0 && string.IsNullOrWhiteSpace(form.Command.Query))
        {
            request.Beside("min_relevance").IsWrong("min_relevance needs a query with text", "missing");
        }

        if (form.Command.Expand is not null && form.Command.Vector is null && string.IsNullOrWhiteSpace(form.Command.Query))
        {
            request.Beside("expand").IsWrong("expand needs a query with text, or an embedding", "missing");
        }

        if (form.Command.TopK == 0)
        {
            form.Command.TopK = form.Command.MaxTokens is null ? DefaultTopK : BudgetTopK;
        }
    }
}
