using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Soma.Gateway.Mcp;

/// <summary>The whole knowledge graph as a resource, which a client may attach to a conversation.</summary>
internal static class GraphResource
{
    private const string Address = "memory://knowledge-graph";
    private const string MediaType = "application/json";

    private static readonly Lazy<McpServerResourceCollection> _all = new(() =>
    [
        McpServerResource.Create(ReadAsync, new McpServerResourceCreateOptions
        {
            UriTemplate = Address,
            Name = "knowledge-graph",
            Title = "Knowledge graph",
            Description = "All entities and relations.",
            MimeType = MediaType,
        }),
    ]);

    public static McpServerResourceCollection All => _all.Value;

    private static async Task<ReadResourceResult> ReadAsync(RequestContext<ReadResourceRequestParams> request)
    {
        var graph = await new KnowledgeGraph(ToolCall.Of(request.Services, request.Params, Scopes.Read)).ReadAsync(_ => true);
        return new ReadResourceResult
        {
            Contents = [new TextResourceContents { Uri = Address, MimeType = MediaType, Text = JsonSerializer.Serialize(graph, McpJson.Indented) }],
        };
    }
}
