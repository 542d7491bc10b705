namespace Soma.Gateway.Http;

/// <summary>Finds the namespace and the tenant that a request is for.</summary>
internal static class NamespaceHeaders
{
    public const string NamespaceHeader = "X-Soma-Namespace";
    public const string TenantHeader = "X-Soma-Tenant";
    public const string TenantField = "tenant_id";
    public const string DefaultTenant = "default";
    private const string Rule = "must be 1–128 characters of A-Z a-z 0-9 . _ : @ -";

    /// <param name="context">The request: its headers, and <c>tenant_id</c> of its query.</param>
    /// <param name="defaultNamespace">The namespace of a request that names none.</param>
    /// <param name="tenantField">The body's <c>tenant_id</c>, if it has one.</param>
    /// <param name="key">The namespace, if null is returned.</param>
    /// <param name="named">The namespace that the path names; null: it names none.</param>
    /// <returns>
    /// 400 that names the header or field whose value is not a valid name; 403 for a namespace that is not the caller's. The 403 is the
    /// same whether or not the namespace exists.
    /// </returns>
    public static Problem? Resolve(HttpContext context, string defaultNamespace, string? tenantField, out NamespaceKey key, string? named = null)
    {
        var caller = context.Caller();
        var name = named ?? Header(context.Request.Headers, NamespaceHeader) ?? caller.OnlyNamespace ?? defaultNamespace;
        key = default;
        if (!NamespaceKey.IsValidName(name))
        {
            return new Problem(400, $"{NamespaceHeader} {Rule}");
        }

        if (ResolveTenant(context, tenantField, out var tenant) is { } problem)
        {
            return problem;
        }

        key = new NamespaceKey(tenant ?? DefaultTenant, name);
        return caller.MayUse(key) ? null : new Problem(403, $"This key may not use the namespace '{key.Name}' of the tenant '{key.Tenant}'");
    }

    /// <param name="context">The request: its header, and <c>tenant_id</c> of its query.</param>
    /// <param name="tenantField">The body's <c>tenant_id</c>, if it has one.</param>
    /// <param name="tenant">The tenant that the request names, else the caller's own; null: neither is there.</param>
    /// <returns>400 that names the header or field whose value is not a valid name; 403 for a tenant that is not the caller's.</returns>
    public static Problem? ResolveTenant(HttpContext context, string? tenantField, out string? tenant)
    {
        var caller = context.Caller();
        var fromHeader = Header(context.Request.Headers, TenantHeader);
        tenant = fromHeader ?? Text(tenantField) ?? TenantOfQuery(context.Request) ?? caller.Tenant;
        if (tenant is not null && !NamespaceKey.IsValidName(tenant))
        {
            return new Problem(400, $"{(fromHeader is null ? TenantField : TenantHeader)} {Rule}");
        }

        return tenant is null || caller.MayUseTenant(tenant) ? null : new Problem(403, $"This key may not use the tenant '{tenant}'");
    }

    private static string? Header(IHeaderDictionary headers, string name) => Text(headers[name].ToString());

    private static string? TenantOfQuery(HttpRequest request) =>
        request.QueryString.HasValue ? Text(request.Query[TenantField].ToString()) : null;

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

/// <summary>The request headers that make a write conditional or repeatable.</summary>
internal readonly record struct WriteHeaders
{
    public const string IdempotencyKeyHeader = "Idempotency-Key";
    private const int MaxKeyLength = 255;

    public string? IdempotencyKey { get; init; }

    public string IfMatch { get; private init; }

    public string IfNoneMatch { get; private init; }

    public Precondition Condition { get; private init; }

    public bool IsConditional => Condition != default;

    /// <summary>400 for a header that cannot be read.</summary>
    public static Problem? Read(IHeaderDictionary headers, out WriteHeaders result)
    {
        result = default;
        var key = headers[IdempotencyKeyHeader];
        if (key.Count > 0 && (key is not [{ Length: > 0 and <= MaxKeyLength } text] || text.AsSpan().ContainsAnyExceptInRange('!', '~')))
        {
            return new Problem(400, $"{IdempotencyKeyHeader} must be 1–{MaxKeyLength} visible ASCII characters");
        }

        var ifMatch = headers.IfMatch.ToString();
        var ifNoneMatch = headers.IfNoneMatch.ToString();
        long seq = 0;
        if (ifMatch is not ("" or "*") && !TryReadTag(ifMatch, out seq))
        {
            return new Problem(400, "If-Match must be \"<seq>\", as an ETag gave it, or *");
        }

        if (ifNoneMatch is not ("" or "*"))
        {
            return new Problem(400, "If-None-Match must be *");
        }

        result = new WriteHeaders
        {
            IdempotencyKey = key.Count > 0 ? key[0] : null,
            IfMatch = ifMatch,
            IfNoneMatch = ifNoneMatch,
            Condition = new Precondition
            {
                Seq = ifMatch is "" or "*" ? null : seq,
                MustExist = ifMatch == "*",
                MustNotExist = ifNoneMatch == "*",
            },
        };
        return null;
    }

    /// <summary>
    /// 400 if a write that is not about one memory, such as a batch, was given a condition. If the condition were ignored, the write
    /// could overwrite what the condition protects.
    /// </summary>
    public Problem? RefuseConditions() =>
        IsConditional ? new Problem(400, "If-Match and If-None-Match apply to a single memory only") : null;

    private static bool TryReadTag(string text, out long seq)
    {
        seq = 0;
        return text.Length > 2 && text[0] == '"' && text[^1] == '"'
            && long.TryParse(text.AsSpan(1, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out seq);
    }
}

/// <summary><c>X-Soma-Min-Seq</c>: the caller has seen this seq, and does not accept an answer from an older state.</summary>
internal static class MinSeq
{
    public const string Header = "X-Soma-Min-Seq";
    public const string SeqHeader = "X-Soma-Seq";

    public static Problem? Read(HttpContext context, out long minimum)
    {
        minimum = 0;
        var text = context.Request.Headers[Header].ToString();
        return text.Length == 0 || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out minimum)
            ? null
            : new Problem(400, $"{Header} must be a whole number, 0 or more");
    }

    /// <summary>Sets the header with the seq that the answer reflects. Returns 412 if that seq is smaller than the requested one.</summary>
    public static Problem? Check(HttpContext context, long minimum, long head)
    {
        context.Response.Headers[SeqHeader] = head.ToString(CultureInfo.InvariantCulture);
        return head >= minimum
            ? null
            : new Problem(412, string.Create(CultureInfo.InvariantCulture, $"The namespace is at seq {head}, before the {minimum} that {Header} asks for"));
    }
}
