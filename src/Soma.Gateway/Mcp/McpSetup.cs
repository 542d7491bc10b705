using System.Reflection;
using Microsoft.Extensions.AI;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Soma.Gateway.Mcp;

/// <summary>The scope that a tool's caller needs.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsAttribute(Scopes scope) : Attribute
{
    public Scopes Scope => scope;
}

/// <summary>
/// The Model Context Protocol on <c>/mcp</c> and <c>/mcp/{namespace}</c>, and the tools of a knowledge graph on
/// <c>/mcp/{namespace}/graph</c>. Clients of its handshake revisions get sessions; those of later revisions are served without.
/// </summary>
internal static class McpSetup
{
    private const string Instructions = "A memory that outlives conversations. Recall before you answer what earlier conversations may have settled; remember what will matter later.";
    private const string Path = "/mcp";
    private const string PathOfNamespace = "/mcp/{namespace}";
    private const string PathOfGraph = "/mcp/{namespace}/graph";

    // Made at the first use: their schemas are derived from the methods, and a service without such clients need not wait for that.
    private static readonly Lazy<IReadOnlyList<(Scopes Scope, McpServerTool Tool)>> _memoryTools = new(() =>
        [.. ToolsOf<RecallTools>(call => new RecallTools(call)), .. ToolsOf<MemoryTools>(call => new MemoryTools(call))]);

    private static readonly Lazy<IReadOnlyList<(Scopes Scope, McpServerTool Tool)>> _graphTools = new(() =>
        [.. ToolsOf<GraphTools>(call => new GraphTools(call))]);

    private static readonly McpServerToolCreateOptions _toolOptions = new()
    {
        SerializerOptions = McpJson.Options,
        SchemaCreateOptions = new AIJsonSchemaCreateOptions { TransformSchemaNode = static (_, schema) => LeaveNullOut(schema) },
    };

    /// <summary>Where MCP is spoken.</summary>
    public static IReadOnlyList<string> Paths { get; } = [Path, PathOfNamespace, PathOfGraph];

    public static IServiceCollection AddSomaMcp(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton<ISessionMigrationHandler, AnySession>();
        services.AddMcpServer(options =>
        {
            options.ServerInfo = new Implementation { Name = "soma", Title = "Soma", Version = ProductVersion.Current };
            options.ServerInstructions = Instructions;
            options.Filters.Request.CallToolFilters.Add(AnswerRefusals);
        }).WithHttpTransport(transport =>
        {
            transport.SessionMode = HttpServerSessionMode.StatefulForInitializeClients;
            transport.ConfigureSessionOptions = ChooseToolsAsync;
        });
        return services;
    }

    /// <summary>Makes the tools of memories on another thread. A failure comes again at their first use.</summary>
    public static void Prepare() => _ = Task.Run(static () => _memoryTools.Value.Count);

    public static void MapSomaMcp(this IEndpointRouteBuilder routes)
    {
        var mcp = routes.MapProtected("MCP").LimitedAs("/mcp").Needs(Scopes.Read).ExcludeFromDescription();
        mcp.WithMetadata(McpEndpoint.Instance);
        mcp.MapMcp(Path);
        mcp.MapMcp(PathOfNamespace);
        mcp.MapMcp(PathOfGraph).WithMetadata(GraphToolset.Instance);
    }

    /// <summary>Shows a caller only the tools that its scopes allow. Each call is checked again, since a session may outlive a scope.</summary>
    private static Task ChooseToolsAsync(HttpContext context, McpServerOptions options, CancellationToken cancellationToken)
    {
        var isGraph = context.GetEndpoint()?.Metadata.GetMetadata<GraphToolset>() is not null;
        var caller = context.Caller();
        options.ToolCollection = [];
        foreach (var (scope, tool) in isGraph ? _graphTools.Value : _memoryTools.Value)
        {
            if (caller.May(scope))
            {
                options.ToolCollection.Add(tool);
            }
        }

        options.PromptCollection = isGraph ? null : MemoryPrompts.All;
        if (isGraph)
        {
            GraphResource.AddTo(options.Handlers);
        }
        else
        {
            MemoryResources.AddTo(options.Handlers);
        }

        return Task.CompletedTask;
    }

    private static IEnumerable<(Scopes Scope, McpServerTool Tool)> ToolsOf<T>(Func<ToolCall, object> make)
    {
        foreach (var method in typeof(T).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            if (method.GetCustomAttribute<NeedsAttribute>() is { Scope: var scope })
            {
                yield return (scope, McpServerTool.Create(method, request => make(ToolCall.Of(request.Services, request.Params, scope)), _toolOptions));
            }
        }
    }

    /// <summary>
    /// An argument that may be left out has one type: many clients cannot pass a list of types on to their model. A null is taken all the
    /// same, and is never answered.
    /// </summary>
    private static JsonNode LeaveNullOut(JsonNode schema)
    {
        if (schema is JsonObject described)
        {
            if (described["type"] is JsonArray types && types.FirstOrDefault(type => type?.GetValue<string>() != "null") is { } type)
            {
                described["type"] = type.DeepClone();
            }

            if (described.TryGetPropertyValue("default", out var otherwise) && otherwise is null)
            {
                described.Remove("default");
            }
        }

        return schema;
    }

    /// <summary>A failure of a tool is a result that the model reads, not an error of the protocol.</summary>
    private static McpRequestHandler<CallToolRequestParams, CallToolResult> AnswerRefusals(McpRequestHandler<CallToolRequestParams, CallToolResult> next) => async (request, cancellationToken) =>
    {
        try
        {
            CheckNames(request);
            return await next(request, cancellationToken);
        }
        catch (ToolRefusal refusal)
        {
            return ToolResult.Refused(refusal.Message);
        }
        catch (SomaException e) when (Failures.ToProblem(e) is { } problem)
        {
            return ToolResult.Refused(problem.Detail);
        }
        // An argument of another type than the tool's schema says.
        catch (JsonException e)
        {
            return ToolResult.Refused($"The arguments do not fit the tool's input schema: {e.Message}");
        }
    };

    /// <summary>A misspelt argument would be ignored, and one that is missing reported without its name.</summary>
    private static void CheckNames(RequestContext<CallToolRequestParams> request)
    {
        if (request.MatchedPrimitive is not McpServerTool { ProtocolTool.InputSchema: var schema })
        {
            return;
        }

        var known = schema.GetProperty("properties").EnumerateObject().Select(property => property.Name).ToArray();
        var given = request.Params?.Arguments?.Keys ?? [];
        if (given.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw new ToolRefusal($"There is no argument '{unknown}'; there are: {string.Join(", ", known)}");
        }

        if (schema.TryGetProperty("required", out var required)
            && required.EnumerateArray().Select(name => name.GetString()).FirstOrDefault(name => name is not null && !given.Contains(name)) is { } missing)
        {
            throw new ToolRefusal($"The argument '{missing}' is missing");
        }
    }

    /// <summary>
    /// Takes a session over that another gateway, or this one before its restart, has begun. A session holds nothing that its next request
    /// does not say again: the key comes with each request, and the namespace is in the URL.
    /// </summary>
    private sealed class AnySession : ISessionMigrationHandler
    {
        public ValueTask OnSessionInitializedAsync(HttpContext context, string sessionId, InitializeRequestParams initializeParams, CancellationToken cancellationToken) => default;

        public ValueTask<InitializeRequestParams?> AllowSessionMigrationAsync(HttpContext context, string sessionId, CancellationToken cancellationToken) =>
            ValueTask.FromResult<InitializeRequestParams?>(new InitializeRequestParams
            {
                ProtocolVersion = context.Request.Headers["MCP-Protocol-Version"].ToString() is { Length: > 0 } version ? version : "2025-03-26",
                Capabilities = new ClientCapabilities(),
                ClientInfo = new Implementation { Name = "unknown", Version = "0" },
            });
    }
}

/// <summary>Marks the endpoints whose tools are those of a knowledge graph.</summary>
internal sealed class GraphToolset
{
    public static GraphToolset Instance { get; } = new();
}
