using Soma.Gateway.Importing;

namespace Soma.Gateway.Endpoints;

/// <summary>What must stand in the query so that a namespace is deleted.</summary>
internal sealed class ConfirmForm : Form
{
    public string? Confirm { get; set; }
}

/// <summary>Namespaces, their settings and copies: fields and routes. The path names the namespace, so these routes read their requests themselves.</summary>
/// <remarks>
/// All fields of <c>PUT /namespaces/{name}</c> are settings: one that is missing or null gets its default, except that
/// <c>"retention_days": null</c> keeps history for ever.
/// </remarks>
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
        .With("max_memories", new IntegerType<long>(1, MostBound), (form, most) => form.Command.MaxMemories = most, "How many memories are kept at most; the write that exceeds it evicts others. null: no bound.")
        .With("max_bytes", new IntegerType<long>(1, MostBound), (form, most) => form.Command.MaxBytes = most, "How many bytes of payloads, given texts and brought vectors are kept at most. null: no bound.")
        .With("quota_memories", new IntegerType<long>(1, MostBound), (form, quota) => form.Command.QuotaMemories = quota, "How many memories the namespace may hold; a write beyond is refused with 507. null: no quota.")
        .With("quota_bytes", new IntegerType<long>(1, MostBound), (form, quota) => form.Command.QuotaBytes = quota, "How many bytes of payloads, given texts and brought vectors it may hold. null: no quota.")
        .With("evict", new ChoiceType<string>("EvictionRule", (EvictionRules.Oldest, EvictionRules.Oldest), (EvictionRules.LeastImportant, EvictionRules.LeastImportant), (EvictionRules.LeastUsed, EvictionRules.LeastUsed)).Else(EvictionRules.Oldest), (form, rule) => form.Command.Evict = rule, "Which memory goes first when a bound is reached.")
        .With("half_life_days", new NumberType(OneMinute, OneCentury, "a number of days from one minute to a century"), (form, days) => form.Command.HalfLifeDays = days, "After how many days without a read or a write a memory's importance has halved, for ranking and eviction; null: it does not fade.")
        .With("relevance", new ShapeType<Form<RelevanceCurve>>(Curve), (form, curve) => form.Command.Relevance = curve.Command, "How relevance is told by the cosines of an embedder of the namespace's own: 1 / (1 + exp(threshold - per_cosine * cosine - per_cover * cover)). soma calibrate fits it. null: relevance rests on the words alone there.")
        .With("retention_days", new NumberType(0, NamespaceSettings.RetainedForEver, "a number of days from 0 to a century").Else(NamespaceSettings.DefaultRetentionDays), (form, days) => form.Command.RetentionDays = days, "For how many days the content of versions that were replaced, deleted or expired is kept. 0: it goes at the next compaction; null: it stays for ever.", onNull: form => form.Command.RetentionDays = NamespaceSettings.RetainedForEver)
        .With("keep_versions", new IntegerType<int>(0, NamespaceSettings.MostKeptVersions).Else(NamespaceSettings.DefaultKeptVersions), (form, versions) => form.Command.KeepVersions = versions, "How many of the newest versions of a memory that exists keep their content, however old they are.");

    private static RequestShape<Form<ListNamespaces>> Listed { get; } = new RequestShape<Form<ListNamespaces>>("ListNamespaces", () => new(new ListNamespaces { Tenant = "", Limit = 0 }))
        .With("prefix", CommonFields.Text, (form, prefix) => form.Command.Prefix = prefix, "Only namespaces whose names begin like this.")
        .With("limit", CommonFields.PageSize.Else(100), (form, limit) => form.Command.Limit = limit)
        .With("cursor", CommonFields.Text, (form, cursor) => form.Command.After = cursor, "The last page's next_cursor.")
        .WithTenant();

    private static RequestShape<Form<bool>> Import { get; } = new RequestShape<Form<bool>>("ImportNamespace", () => new(false))
        .With("replace", CommonFields.Boolean.Else(false), (form, replaces) => form.Command = replaces, "Deletes the namespace first, if it has memories.")
        .WithTenant();

    private static RequestShape<ConfirmForm> Confirmation { get; } = new RequestShape<ConfirmForm>("DeleteNamespace", () => new ConfirmForm())
        .With("confirm", CommonFields.Text, (form, name) => form.Confirm = name, "The namespace's name again.", required: true)
        .WithTenant();

    private static RequestShape<Form<ForkNamespace>> Fork { get; } = new RequestShape<Form<ForkNamespace>>("ForkNamespace", () => new(new ForkNamespace()))
        .With("to", new NameType(), (form, name) => form.Command.To = name, "The name of the copy, in the same tenant. Nothing may have been stored under it.", required: true)
        .With(PastEndpoints.AsOfField, PastEndpoints.Moment, (form, moment) => form.Command.AsOf = moment, $"{PastEndpoints.MomentDescription} null: the present.")
        .With("history", CommonFields.Boolean.Else(false), (form, history) => form.Command.History = history, "Whether the log up to the moment is copied too, with its seqs. Else the copy begins with the state.");

    public static void MapNamespaces(this IEndpointRouteBuilder routes)
    {
        var namespaces = routes.MapProtected("Namespaces").LimitedAs("/namespaces").Needs(Scopes.Admin);
        namespaces.MapGet("/namespaces", ListAsync).WithMetadata(Operations.ListNamespaces, new RequestContract(Listed, FieldsIn.Query, RequestKind.Settings));
        namespaces.MapGet(NamespaceRoute.Template + "/export", ExportAsync).WithMetadata(Operations.ExportNamespace);
        namespaces.MapPost(NamespaceRoute.Template + "/import", ImportAsync).WithMetadata(Operations.ImportNamespace, new RequestContract(Import, FieldsIn.Query, RequestKind.Write), UnboundedBody.Instance);
        namespaces.MapDelete(NamespaceRoute.Template, DeleteAsync).WithMetadata(Operations.DeleteNamespace, new RequestContract(Confirmation, FieldsIn.Query, RequestKind.Settings));
        namespaces.MapGet(NamespaceRoute.Template, GetAsync).WithMetadata(Operations.GetNamespace);
        namespaces.MapPost(NamespaceRoute.Template + "/reindex", ReindexAsync).WithMetadata(Operations.Reindex);
        namespaces.MapPost(NamespaceRoute.Template + "/fork", ForkAsync).WithMetadata(Operations.Fork, new RequestContract(Fork, FieldsIn.Body, RequestKind.Write));
        namespaces.MapPut(NamespaceRoute.Template, PutAsync).WithMetadata(
            Operations.PutNamespace, new RequestContract(Settings, FieldsIn.Body, RequestKind.Settings));
    }

    private static async Task<Results<Answer<NamespaceView>, Problem>> GetAsync(HttpContext context, GatewayCore core) =>
        ReadName(context, core, out var key) is { } problem
            ? problem
            : NamespaceView.ToAnswer(key, await core.Client.GetSettingsAsync(key, context.RequestAborted));

    private static async Task<Results<Answer<NamespacePage>, Problem>> ListAsync(HttpContext context, GatewayCore core)
    {
        var query = core.ReadQuery(context, Listed);
        string? tenant = null;
        if ((query.Problem ?? NamespaceHeaders.ResolveTenant(context, null, out tenant)) is { } problem)
        {
            return problem;
        }

        var asked = query.Value!.Command;
        asked.Tenant = tenant ?? NamespaceHeaders.DefaultTenant;
        if (asked.After is { } name && !NamespaceKey.IsValidName(name))
        {
            return new Problem(400, "cursor is not one that this service made");
        }

        return NamespacePage.ToAnswer(await VisibleNamespaces.ListAsync(core.Client, context.Caller(), asked, context.RequestAborted));
    }

    /// <summary>Answers when the namespace is gone: no read, no search and no silo finds anything of it any more.</summary>
    private static async Task<Results<Answer<NamespaceDeleted>, Problem>> DeleteAsync(HttpContext context, GatewayCore core)
    {
        var query = core.ReadQuery(context, Confirmation);
        NamespaceKey key = default;
        if ((query.Problem ?? ReadName(context, core, out key, hasQuery: true)) is { } problem)
        {
            return problem;
        }

        if (query.Value!.Confirm != key.Name)
        {
            return new Problem(422, $"confirm must be the name of the namespace, {key.Name}, which is deleted with all that it holds");
        }

        return await DeleteIfThereAsync(core, context, key) is var head and > 0
            ? Answer<NamespaceDeleted>.Of(new NamespaceDeleted(key.Name, key.Tenant, Deleted: true, head))
            : NamespaceRoute.NotFound;
    }

    private static async Task<Results<ExportLines, Problem>> ExportAsync(HttpContext context, GatewayCore core)
    {
        if (ReadName(context, core, out var key) is { } problem)
        {
            return problem;
        }

        var (export, first) = await core.Client.OpenExportAsync(key, context.RequestAborted);
        return first.IsMissing ? NamespaceRoute.NotFound : new ExportLines(core, key, export, first);
    }

    /// <summary>Writes what arrives while it arrives; answers when all of it is written.</summary>
    private static async Task<Results<Answer<NamespaceImported>, Problem>> ImportAsync(HttpContext context, GatewayCore core)
    {
        if (RequestBody.IsEncoded(context.Request))
        {
            return new Problem(415, "The body must be the lines of an export, without a content encoding");
        }

        var query = core.ReadQuery(context, Import);
        NamespaceKey key = default;
        WriteHeaders headers = default;
        if ((query.Problem ?? ReadName(context, core, out key, hasQuery: true) ?? WriteHeaders.Read(context.Request.Headers, out headers) ?? headers.RefuseConditions())
            is { } problem)
        {
            return problem;
        }

        if (query.Value!.Command)
        {
            await DeleteIfThereAsync(core, context, key);
        }

        using var run = new ImportRun(core, context, key, headers.IdempotencyKey ?? Guid.NewGuid().ToString("N"));
        core.Audit.OnNamespace(context, "namespace_imported", key, query.Value.Command ? "replace" : null);
        RequestObservation.LeaveUntimed(context);
        return await run.RunAsync(context.Request.BodyReader, context.RequestAborted) is { } stopped
            ? stopped
            : Answer<NamespaceImported>.Of(new NamespaceImported(key.Name, key.Tenant, run.Lines, run.Memories, run.Links, run.Deletes));
    }

    /// <returns>The newest seq that the namespace had; 0: there was none.</returns>
    private static async Task<long> DeleteIfThereAsync(GatewayCore core, HttpContext context, NamespaceKey key)
    {
        // Which log is deleted is settled first, so that a later attempt cannot delete a namespace that was made meanwhile.
        var seen = await core.Client.ReadChangesAsync(key, new ReadChanges { Limit = 1, MaxBytes = 1, Timeout = core.Options.RequestTimeout }, context.RequestAborted);
        if (seen.LogId != 0)
        {
            await core.Client.DeleteAsync(key, new DeleteNamespace { LogId = seen.LogId });
            core.Audit.OnNamespace(context, "namespace_deleted", key);
        }

        return seen.HeadSeq;
    }

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
        core.Audit.OnNamespace(context, "settings_changed", key);
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

    /// <summary>Answers when the copy is complete and nothing older is read under its name.</summary>
    private static async Task<Results<Answer<ForkedNamespace>, Problem>> ForkAsync(HttpContext context, GatewayCore core)
    {
        WriteHeaders headers = default;
        if ((ReadName(context, core, out var key) ?? WriteHeaders.Read(context.Request.Headers, out headers) ?? headers.RefuseConditions()) is { } problem)
        {
            return problem;
        }

        var body = await core.ReadBodyAsync(context, Fork);
        if (body.IsRefused)
        {
            return body.Problem;
        }

        var fork = body.Value.Command;
        if (!context.Caller().MayUse(key with { Name = fork.To }))
        {
            return new Problem(403, $"This key may not use the namespace '{fork.To}' of the tenant '{key.Tenant}'");
        }

        fork.Key = new WriteTarget(key, headers) { Body = body.Bytes, Coordinate = key.Name }.ToKey(context);
        var reply = await core.Client.ForkAsync(key, fork);
        return reply.Rejection is { } rejection
            ? Problem.Of(rejection)
            : Answer<ForkedNamespace>.Of(new ForkedNamespace(fork.To, reply.Seq, reply.Memories, reply.Links));
    }

    private static Problem? ReadName(HttpContext context, GatewayCore core, out NamespaceKey key, bool hasQuery = false)
    {
        key = default;
        return (hasQuery ? null : core.ReadQuery(context, CommonFields.NoFields).Problem) ?? core.ResolveNamespace(context, null, out key);
    }
}
