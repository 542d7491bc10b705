namespace Soma.Gateway.OpenApi;

/// <summary>The error statuses that a route can answer with, and their meaning.</summary>
internal static class ErrorDocs
{
    public static IEnumerable<int> Of(DocumentedRoute route)
    {
        var statuses = new SortedSet<int>(route.Doc.Errors);
        if (route.Info.Access != Access.Open)
        {
            statuses.Add(429);
        }

        if (route.IsProtected)
        {
            statuses.UnionWith([400, 401, 403, 422, 500, 503, 504]);
        }

        if (route.Body is not null)
        {
            statuses.UnionWith([413, 415]);
        }

        if (route.IsWrite)
        {
            statuses.Add(409);
        }

        if (route.IsConditional || route.IsRead)
        {
            statuses.Add(412);
        }

        return statuses;
    }

    public static string Describe(int status) => status switch
    {
        400 => "Malformed JSON, coordinate or header",
        401 => "Missing bearer token",
        403 => "Invalid token",
        404 => "Memory not found",
        409 => "The Idempotency-Key was used for another request",
        410 => "The place, the moment or the content of the version is not kept any more",
        412 => "If-Match, If-None-Match or X-Soma-Min-Seq does not hold",
        413 => "Request entity too large",
        415 => "The body is not JSON",
        422 => "A field is missing, mistyped or out of range",
        429 => "Rate limit exceeded",
        507 => "A quota of the namespace or a limit of the key would be exceeded; nothing was applied",
        503 => "The store or the silos are unavailable or overloaded; nothing was applied",
        504 => "The deadline passed; outcome says whether the write was applied",
        _ => "Internal Server Error",
    };
}

/// <summary>The headers of requests and answers that many routes have in common.</summary>
internal static class HeaderDocs
{
    public static IEnumerable<IOpenApiParameter> Of(DocumentedRoute route)
    {
        if (route.IsProtected)
        {
            yield return In(NamespaceHeaders.NamespaceHeader, "The namespace; default by SOMA_NAMESPACE.");
            yield return In(NamespaceHeaders.TenantHeader, "The tenant; else tenant_id, else default.");
        }

        if (route.IsWrite)
        {
            yield return In(WriteHeaders.IdempotencyKeyHeader, "1–255 visible characters, kept 24 hours: a retry gets the first answer again.");
        }

        if (route.IsConditional)
        {
            yield return In("If-Match", "\"<seq>\" of the memory's latest write, or * for one that must exist.");
            yield return In("If-None-Match", "*: the memory must not exist.");
        }

        if (route.IsRead)
        {
            yield return In(MinSeq.Header, "Read no older than this seq.", JsonSchemaType.Integer);
        }

        yield return In(RequestIds.Header, "Echoed, and named in logs and problems.");
    }

    public static Dictionary<string, IOpenApiHeader> OfAnswer(DocumentedRoute route)
    {
        var headers = new Dictionary<string, IOpenApiHeader> { [RequestIds.Header] = Text("The request's id.") };
        if (route.IsRead || route.IsWrite)
        {
            headers[MinSeq.SeqHeader] = Text("The namespace's seq that the answer reflects; of a write, its own.");
        }

        if (route.Doc.HasETag)
        {
            headers["ETag"] = Text("\"<seq>\" of the memory's latest write.");
        }

        if (route.Info.Access != Access.Open)
        {
            headers["RateLimit-Limit"] = Text("Requests per window.");
            headers["RateLimit-Remaining"] = Text("Requests left in the window.");
            headers["RateLimit-Reset"] = Text("Seconds until the window has room for one more.");
        }

        return headers;
    }

    private static OpenApiParameter In(string name, string description, JsonSchemaType type = JsonSchemaType.String) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = type },
    };

    private static OpenApiHeader Text(string description) =>
        new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
}
