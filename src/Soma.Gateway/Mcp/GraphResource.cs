using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Soma.Gateway.Mcp;

/// <summary>The whole knowledge graph as a resource, which a client may attach to a conversation.</summary>
internal static class GraphResource
{
    private const string Address = "memory://knowledge-graph";
    private const string MediaType = "application/json";

    // Handlers and no collection: of a collection the library would say that it announces its changes, and this list has none.
    public static void AddTo(McpServerHandlers handlers)
    {
        handlers.ListResourcesHandler = static (_, _) => ValueTask.FromResult(new ListResourcesResult { Resources = [Describe()] });
        handlers.ReadResourceHandler = static (request, _) => MemoryResources.AnswerAsync(() => ReadAsync(request));
    }

    private static async Task<ReadResourceResult> ReadAsync(RequestContext<ReadResourceRequestParams> request)
    {
        if (request.Params?.Uri != Address)
        {
            throw MemoryResources.NotFound(request.Server, request.Params?.Uri);
        }

        var graph = await new KnowledgeGraph(ToolCall.Of(request.Services, request.Params, Scopes.Read)).ReadAsync(_ => true);
        return new ReadResourceResult
        {
            Contents = [new TextResourceContents { Uri = Address, MimeType = MediaType, Text = JsonSerializer.Serialize(graph, McpJson.Indented) }],
        };
    }

    private static Resource Describe() => new()
    {
        Uri = Address,
        Name = "knowledge-graph",
        Title = "Knowledge graph",
        Description = "All entities and relations.",
        MimeType = MediaType,
    };
}
