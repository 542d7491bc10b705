namespace Soma.Gateway.Mcp;

/// <summary>
/// Tells MCP's clients how to get a token. A wrong token is 401 here instead of 403, because the protocol's clients ask for a new one only
/// after a 401. Where an issuer signs tokens, the refusal names a document (RFC 9728) that names the issuer.
/// </summary>
internal static class McpAuthorization
{
    private const string WellKnown = "/.well-known/oauth-protected-resource";

    /// <summary>Serves the document for each endpoint, and for the service as a whole.</summary>
    public static void MapMcpMetadata(this IEndpointRouteBuilder routes, JwtOptions jwt)
    {
        var open = routes.MapGroup("").WithSomaConventions().ExcludeFromDescription();
        var resources = McpSetup.Paths.SelectMany(path => (string[])[path, GatewayPipeline.VersionPrefix + path]).Prepend("");
        foreach (var resource in resources)
        {
            open.MapGet(WellKnown + resource, (HttpContext context) => TypedResults.Json(Describe(context.Request, jwt), McpJson.Options));
        }
    }

    /// <summary>The refusal of a request to an MCP endpoint; the refusal of any other request stays as it is.</summary>
    /// <param name="context">The request. Its caller is set if the token is a known one.</param>
    /// <param name="refused">Why it is refused.</param>
    /// <param name="scope">The scope that the endpoint needs.</param>
    /// <param name="jwt">The issuer; null: there is none.</param>
    public static Problem Challenge(HttpContext context, Problem refused, Scopes scope, JwtOptions? jwt)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<McpEndpoint>() is null
            || refused.Status is not (StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden))
        {
            return refused;
        }

        var isKnown = context.FindCaller() is not null;
        var parts = new List<string>();
        if (refused.Status == StatusCodes.Status403Forbidden)
        {
            parts.Add(isKnown ? "error=\"insufficient_scope\"" : "error=\"invalid_token\"");
        }

        if (jwt is not null)
        {
            parts.Add($"scope=\"{NameOf(scope, jwt)}\"");
            parts.Add($"resource_metadata=\"{OriginOf(context.Request)}{WellKnown}{context.Request.Path.ToUriComponent()}\"");
        }

        return new Problem(isKnown ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized, refused.Detail)
        {
            Challenge = parts.Count == 0 ? "Bearer" : $"Bearer {string.Join(", ", parts)}",
        };
    }

    private static object Describe(HttpRequest request, JwtOptions jwt) => new
    {
        resource = OriginOf(request) + request.Path.ToUriComponent()[WellKnown.Length..],
        resource_name = "Soma",
        authorization_servers = (string[])[jwt.Issuer],
        scopes_supported = (string[])[NameOf(Scopes.Read, jwt), NameOf(Scopes.Write, jwt), NameOf(Scopes.Delete, jwt)],
        bearer_methods_supported = (string[])["header"],
    };

    private static string NameOf(Scopes scope, JwtOptions jwt) => jwt.ScopePrefix + scope.ToString().ToLowerInvariant();

    /// <summary>
    /// The address under which the client sees this service. The header is believed although a client may send it itself: it changes nothing
    /// but the answer to that client.
    /// </summary>
    private static string OriginOf(HttpRequest request) =>
        $"{(request.Headers["X-Forwarded-Proto"] == "https" ? "https" : request.Scheme)}://{request.Host.ToUriComponent()}";
}
