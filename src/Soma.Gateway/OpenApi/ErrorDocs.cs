using Soma.Gateway.Http;

namespace Soma.Gateway.OpenApi;

/// <summary>Which errors a route can answer with, and what they mean.</summary>
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
        412 => "If-Match, If-None-Match or X-Soma-Min-Seq does not hold",
        413 => "Request entity too large",
        415 => "The body is not JSON",
        422 => "A field is missing, mistyped or out of range",
        429 => "Rate limit exceeded",
        503 => "The store or the silos are unavailable or overloaded; nothing was applied",
        504 => "The deadline passed; outcome says whether the write was applied",
        _ => "Internal Server Error",
    };
}
