using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Soma.Testing.Qdrant;

/// <summary>A request that the stub received.</summary>
public sealed record StubRequest(string Method, string Path, IReadOnlyDictionary<string, string> Query, string Body)
{
    /// <summary>Whether the request changes points.</summary>
    public bool IsUpdate => (Method, Path) is ("PUT", _) or ("DELETE", _) || Path.EndsWith("/points/delete", StringComparison.Ordinal);

    internal string[] Segments => Path.Trim('/').Split('/');

    internal JsonNode? Json => Body.Length == 0 ? null : JsonNode.Parse(Body);

    internal static async Task<StubRequest> ReadAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        return new StubRequest(
            request.Method, request.Path, request.Query.ToDictionary(parameter => parameter.Key, parameter => parameter.Value.ToString()),
            await reader.ReadToEndAsync(request.HttpContext.RequestAborted));
    }
}
