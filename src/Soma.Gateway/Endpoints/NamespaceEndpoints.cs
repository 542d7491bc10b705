namespace Soma.Gateway.Endpoints;

/// <summary>Settings of a namespace: their fields and their routes. The path names the namespace, so these routes read their requests themselves.</summary>
/// <remarks>All fields of <c>PUT /namespaces/{name}</c> are settings: one that is missing or null gets its default.</remarks>
internal static class NamespaceEndpoints
{
    private const int MostSequenceFields = 16;
    private const int MostWordFields = 64;
    private const int LongestSequenceField = 128;
    private const int LongestSpace = 200;
    private const double SteepestSlope = 10_000;
    private const double OneMinute = 1.0 / 24 / 60;
    private const double OneCentury = 36_500;
    private const long MostBound = 1L << 53;

    // What was read may be changed and sent back. This field is no setting, so it is ignored then.
    private const string ShownOnly = "evicting";

    private static readonly NumberType Slope = new(0, SteepestSlope, "a number from 0 to 10000");

    private static readonly RequestShape<Form<RelevanceCurve>> Curve = new RequestShape<Form<RelevanceCurve>>("RelevanceCurve", () => new(new RelevanceCurve()))
        .With("space", new TextType(1, LongestSpace), (form, space) => form.Command.Space = space, "The space to whose cosines it was fitted, as text_space of explain names it. It is not used for others.", required: true)
        .With("threshold", new NumberType(-SteepestSlope, SteepestSlope, "a number from -10000 to 10000"), (form, threshold) => form.Command.Threshold = threshold, "The higher, the less relevant is everything.", required: true)
        .With("per_cosine", Slope, (form, slope) => form.Command.PerCosine = slope, "What the cosine of query and memory counts.", required: true)
        .With("per_cover", Slope, (form, slope) => form.Command.PerCover = slope, "What the share of the query's words counts that stand in the memory or near it.", required: true);

    private static RequestShape<Form<NamespaceSettings>> Settings { get; } = new RequestShape<Form<NamespaceSettings>>("NamespaceChoices", () => new(new NamespaceSettings()), ShownOnly)
        .With("embedder", new ChoiceType<string>("Embedder", ("builtin", "builtin"), ("fast", "fast"), ("none", "none")), (form, embedder) => form.Command.Embedder = embedder, "What embeds texts; null: what the service is set to (SOMA_EMBEDDINGS).")
        .With("sequence_fields", new ListType<string>(new TextType(1, LongestSequenceField), most: MostSequenceFields).Else([.. NamespaceSettings.DefaultSequenceFields]), (form, fields) => form.Command.SequenceFields = [.. fields], "Payload fields that may name the conversation a memory belongs to; the first one present counts.")
        .With("search_fields", new ListType<string>(new TextType(1, LongestSequenceField), most: MostWordFields), (form, fields) => form.Command.SearchFields = [.. fields], "Payload fields whose words are found beside the text; null: all.")
        .With("ignore_fields", new ListType<string>(new TextType(1, LongestSequenceField), most: MostWordFields).Else([]), (form, fields) => form.Command.IgnoreFields = [.. fields], "Payload fields whose words are not found beside the text.")
        .With("brought_space", new ChoiceType<string>("BroughtSpace", ("all-minilm-l6-v2", "all-minilm-l6-v2")), (form, space) => form.Command.BroughtSpace = space, "all-minilm-l6-v2: brought vectors of 384 numbers stand in the place of their texts' own.")
        .With("recency_half_life_days", new NumberType(OneMinute, OneCentury, "a number of days from one minute to a century").Else(NamespaceSettings.DefaultRecencyHalfLifeDays), (form, days) => form.Command.RecencyHalfLifeDays = days, "After how many days the preference for newer memories has halved.")
        .With("ttl_seconds", CommonFields.Lifetime, (form, seconds) => form.Command.TtlSeconds = seconds, "After how many seconds a memory expires that is stored without expires_at and ttl_seconds; null: never.")
        .With("max_memories", new WholeNumberType(1, MostBound), (form, most) => form.Command.MaxMemories = most, "How many memories are kept at most; the write that exceeds it evicts others. null: no bound.")
        .With("max_bytes", new WholeNumberType(1, MostBound), (form, most) => form.Command.MaxBytes = most, "How many bytes of payloads, given texts and brought vectors are kept at most. null: no bound.")
        .With("evict", new ChoiceType<string>("EvictionRule", (EvictionRules.Oldest, EvictionRules.Oldest), (EvictionRules.LeastImportant, EvictionRules.LeastImportant), (EvictionRules.LeastUsed, EvictionRules.LeastUsed)).Else(EvictionRules.Oldest), (form, rule) => form.Command.Evict = rule, "Which memory goes first when a bound is reached.")
        .With("half_life_days", new NumberType(OneMinute, OneCentury, "a number of days from one minute to a century"), (form, days) => form.Command.HalfLifeDays = days, "After how many days without a read or a write a memory's importance has halved, for ranking and eviction; null: it does not fade.")
        .With("relevance", new ShapeType<Form<RelevanceCurve>>(Curve), (form, curve) => form.Command.Relevance = curve.Command, "How relevance is told by the cosines of an embedder of the namespace's own: 1 / (1 + exp(threshold - per_cosine * cosine - per_cover * cover)). soma calibrate fits it. null: relevance rests on the words alone there.");

    public static void MapNamespaces(this IEndpointRouteBuilder routes)
    {
        const string Template = "/namespaces/{name}";
        var namespaces = routes.MapProtected("Namespaces").LimitedAs("/namespaces");
        namespaces.MapGet(Template, GetAsync).WithMetadata(Operations.GetNamespace);
        namespaces.MapPost(Template + "/reindex", ReindexAsync).WithMetadata(Operations.Reindex);
        namespaces.MapPut(Template, PutAsync).WithMetadata(
            Operations.PutNamespace, new RequestContract(Settings, FieldsIn.Body, RequestKind.Settings));
    }

    private static async Task<Results<Answer<NamespaceView>, Problem>> GetAsync(HttpContext context, GatewayCore core) =>
        ReadName(context, core, out var key) is { } problem
            ? problem
            : NamespaceView.ToAnswer(key, await core.Client.GetSettingsAsync(key, context.RequestAborted));

    /// <summary>Answers when the settings are stored and in force.</summary>
    private static async Task<Results<Answer<NamespaceView>, Problem>> PutAsync(HttpContext context, GatewayCore core)
    {
        if (ReadName(context, core, out var key) is { } problem)
        {
            return problem;
        }

        var body = await core.ReadBodyAsync(context, Settings);
        if (body.IsRefused)
        {
            return body.Problem;
        }

        var settings = body.Value.Command;
        await core.Client.SetSettingsAsync(key, settings);
        // Only the silo knows whether a lowered bound is still being enforced.
        return NamespaceView.ToAnswer(key, settings is { MaxMemories: null, MaxBytes: null } ? settings : await core.Client.GetSettingsAsync(key, context.RequestAborted));
    }

    /// <summary>Answers when the reindexing has begun. The namespace is served meanwhile.</summary>
    private static async Task<Results<Answer<ReindexBegun>, Problem>> ReindexAsync(HttpContext context, GatewayCore core)
    {
        if (ReadName(context, core, out var key) is { } problem)
        {
            return problem;
        }

        await core.Client.ReindexAsync(key, context.RequestAborted);
        return Answer<ReindexBegun>.Of(new ReindexBegun(key.Name, Reindexing: true));
    }

    private static Problem? ReadName(HttpContext context, GatewayCore core, out NamespaceKey key)
    {
        key = default;
        var problem = core.ReadQuery(context, CommonFields.NoFields).Problem ?? core.ResolveNamespace(context, null, out key);
        var name = context.Request.RouteValues["name"] as string ?? "";
        key = key with { Name = name };
        return problem ?? (NamespaceKey.IsValidName(name) ? null : new Problem(400, "A namespace's name must be 1–128 characters of A-Z a-z 0-9 . _ : @ -"));
    }
}
