namespace Soma.Gateway.Endpoints;

/// <summary>Which page of the keys is listed.</summary>
internal sealed class ListKeysForm : Form
{
    public int Limit { get; set; }

    public string? Cursor { get; set; }
}

/// <summary>How long the token before a rotation goes on working.</summary>
internal sealed class RotateForm : Form
{
    public TimeSpan Overlap { get; set; }
}

/// <summary>Access keys: the fields of their requests, and their routes.</summary>
internal static class KeyEndpoints
{
    private const string One = "/keys/{id}";
    private const int LongestName = 128;
    private const int MostNamespaces = 100;
    private const int MostRequests = 1_000_000;
    private const long MostStored = 1L << 53;
    private const double LongestOverlap = 30 * 24 * 3600;

    private static readonly RequestShape<Form<CallerLimits>> Limits = new RequestShape<Form<CallerLimits>>("KeyLimits", () => new(CallerLimits.None))
        .With("requests_per_minute", new IntegerType<int>(1, MostRequests), (form, most) => form.Command = form.Command with { RequestsPerMinute = most }, "How many requests in 60 seconds; null: what holds for every caller.")
        .With("memories", new IntegerType<long>(1, MostStored), (form, most) => form.Command = form.Command with { Memories = most }, "How many memories its writes may keep; null: no bound.")
        .With("bytes", new IntegerType<long>(1, MostStored), (form, most) => form.Command = form.Command with { Bytes = most }, "How many bytes of payloads, given texts and brought vectors its writes may keep; null: no bound.");

    private static RequestShape<Form<AccessKey>> Make { get; } = new RequestShape<Form<AccessKey>>("MakeKey", () => new(new AccessKey()))
        .With("name", new PrintableType(1, LongestName), (form, name) => form.Command = form.Command with { Name = name }, "Who will use it. History and changes name it.", required: true)
        .With("tenant", CommonFields.Text, (form, tenant) => form.Tenant = tenant, "The one tenant it is for. Default: X-Soma-Tenant, or that of the key that makes it, or default.", alias: NamespaceHeaders.TenantField)
        .With("namespaces", new ListType<string>(new NamePatternType(), 1, MostNamespaces), (form, names) => form.Command = form.Command with { Namespaces = [.. names.Distinct()] }, "The namespaces it is for: names, beginnings of names that end with *, or * for all of the tenant.", required: true)
        .With("scopes", new ListType<Scopes>(new ChoiceType<Scopes>("Scope", ScopeNames.All), 1, ScopeNames.All.Length), (form, scopes) => form.Command = form.Command with { Scopes = scopes.Aggregate(Scopes.None, static (all, scope) => all | scope) }, "What it allows there.", required: true)
        .With("expires_at", CommonFields.Time, (form, time) => form.Command = form.Command with { ExpiresAt = time }, "When it stops working; null: never.")
        .With("limits", new ShapeType<Form<CallerLimits>>(Limits), (form, limits) => form.Command = form.Command with { Limits = limits.Command });

    private static RequestShape<ListKeysForm> Listed { get; } = new RequestShape<ListKeysForm>("ListKeys", () => new ListKeysForm())
        .With("limit", CommonFields.PageSize.Else(100), (form, limit) => form.Limit = limit)
        .With("cursor", CommonFields.Text, (form, cursor) => form.Cursor = cursor, "The last page's next_cursor.")
        .WithTenant();

    private static RequestShape<RotateForm> Rotate { get; } = new RequestShape<RotateForm>("RotateKey", () => new RotateForm())
        .With("overlap_seconds", new NumberType(0, LongestOverlap, "a number of seconds from 0 to 30 days"), (form, seconds) => form.Overlap = TimeSpan.FromSeconds(seconds), "For how long the token that worked until now goes on working.", required: true);

    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapProtected("Keys").LimitedAs("/keys").Needs(Scopes.Admin);
        keys.MapPost("/keys", MakeAsync).WithMetadata(KeyOperations.Make, new RequestContract(Make, FieldsIn.Body, RequestKind.Settings));
        keys.MapGet("/keys", ListAsync).WithMetadata(KeyOperations.List, new RequestContract(Listed, FieldsIn.Query, RequestKind.Settings));
        keys.MapPost(One + "/rotate", RotateAsync).WithMetadata(KeyOperations.Rotate, new RequestContract(Rotate, FieldsIn.Body, RequestKind.Settings));
        keys.MapDelete(One, RevokeAsync).WithMetadata(KeyOperations.Revoke);
        routes.MapGroup("").WithTags("Keys").WithMetadata(Access.Known).MapGet("/whoami", DescribeCaller).WithMetadata(KeyOperations.WhoAmI);
    }

    /// <summary>Answers when the key is stored. The answer is the only one that holds its token.</summary>
    private static async Task<Results<Answer<KeyView>, Problem>> MakeAsync(HttpContext context, GatewayCore core, AccessKeyClient keys)
    {
        var body = await core.ReadBodyAsync(context, Make);
        string? tenant = null;
        if ((body.Problem ?? NamespaceHeaders.ResolveTenant(context, body.Value!.Tenant, out tenant)) is { } problem)
        {
            return problem;
        }

        var caller = context.Caller();
        var now = Instant.From(core.Clock.GetUtcNow());
        var key = caller.Bound(body.Value!.Command) with { Tenant = tenant ?? NamespaceHeaders.DefaultTenant, CreatedAt = now, CreatedBy = caller.By };
        if ((RefusePast(key, now) ?? caller.RefuseToken(key)) is { } refused)
        {
            return refused;
        }

        try
        {
            var (text, made) = await keys.CreateAsync(key);
            return Answer<KeyView>.Of(KeyView.From(made) with { Key = text });
        }
        catch (OutcomeUnknownException)
        {
            return Unknown("If the key was made, GET /keys lists it; revoke it there and make another one");
        }
    }

    private static async Task<Results<Answer<KeyPage>, Problem>> ListAsync(HttpContext context, GatewayCore core, AccessKeyClient keys)
    {
        var query = core.ReadQuery(context, Listed);
        string? tenant = null;
        if ((query.Problem ?? NamespaceHeaders.ResolveTenant(context, null, out tenant)) is { } problem)
        {
            return problem;
        }

        if (!KeyPage.TryReadCursor(query.Value!.Cursor, out var after))
        {
            return new Problem(400, "cursor is not one that this service made");
        }

        return await KeyPage.ReadAsync(keys.ListAsync(tenant, after, context.Caller().MaySee, context.RequestAborted), query.Value.Limit);
    }

    /// <summary>Answers when the new token is stored.</summary>
    private static async Task<Results<Answer<KeyView>, Problem>> RotateAsync(string id, HttpContext context, GatewayCore core, AccessKeyClient keys)
    {
        var body = await core.ReadBodyAsync(context, Rotate);
        if (body.IsRefused)
        {
            return body.Problem;
        }

        if (await FindAsync(id, context, keys) is not { } key)
        {
            return NotFound;
        }

        if (context.Caller().RefuseToken(key) is { } refused)
        {
            return refused;
        }

        try
        {
            var token = AccessKeyToken.Create(id, out var text);
            return await keys.RotateAsync(token, body.Value.Overlap) is { } rotated
                ? Answer<KeyView>.Of(KeyView.From(rotated) with { Key = text })
                : NotFound;
        }
        catch (OutcomeUnknownException)
        {
            return Unknown("The token that worked until now may be replaced; rotate again");
        }
    }

    /// <summary>Answers when the revocation is stored. No gateway accepts the key five seconds later.</summary>
    private static async Task<Results<Answer<KeyRevoked>, Problem>> RevokeAsync(string id, HttpContext context, GatewayCore core, AccessKeyClient keys)
    {
        if (core.ReadQuery(context, CommonFields.NoFields).Problem is { } problem)
        {
            return problem;
        }

        return await FindAsync(id, context, keys) is not null && await keys.RevokeAsync(id) ? Answer<KeyRevoked>.Of(new KeyRevoked(id, Revoked: true)) : NotFound;
    }

    private static Results<Answer<CallerView>, Problem> DescribeCaller(HttpContext context, GatewayCore core) =>
        core.ReadQuery(context, CommonFields.NoFields).Problem is { } problem ? problem : Answer<CallerView>.Of(CallerView.From(context.Caller()));

    /// <summary>Finds a key that is in force and that the caller may see.</summary>
    private static async Task<AccessKey?> FindAsync(string id, HttpContext context, AccessKeyClient keys) =>
        AccessKeyToken.IsId(id) && await keys.GetAsync(id, context.RequestAborted) is { } listed && context.Caller().MaySee(listed.Key) ? listed.Key : null;

    private static Problem? RefusePast(AccessKey key, Instant now)
    {
        var errors = new FieldErrors();
        if (key.ExpiresAt <= now)
        {
            errors.Add(FieldScope.Body.PathTo("expires_at"), "Input should be a time to come", "out_of_range");
        }

        return errors.ToProblem();
    }

    private static Problem NotFound { get; } = new(404, "Key not found");

    private static Problem Unknown(string advice) => new(504, $"The deadline passed before the outcome was known: unknown. {advice}") { Outcome = "unknown" };
}
