using Microsoft.OpenApi;
using Soma.Gateway.Http;

namespace Soma.Gateway.OpenApi;

/// <summary>Headers that many routes share.</summary>
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
