using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Soma.Gateway.Mcp;

/// <summary>
/// Memories as resources, which a person attaches to a conversation: the newest are listed, and every other is read by its id. No
/// notification says that one has changed, so no client is told that it may subscribe.
/// </summary>
internal static class MemoryResources
{
    private const string Beginning = "soma://memory/";
    private const string Template = Beginning + "{id}";
    private const string MediaType = "application/json";

    // Clients read a list whole, and show it to a person.
    private const int MostListed = 50;
    private const int MostCompletions = 100;
    private const int LongestTitle = 80;

    // No UTF-16 code unit is greater, and ids are compared by these, so it ends the range of ids that begin alike.
    private const string Last = "\uFFFF";

    public static void AddTo(McpServerHandlers handlers)
    {
        handlers.ListResourcesHandler = (request, _) => AnswerAsync(() => ListAsync(ToolCall.Of(request.Services, request.Params, Scopes.Read)));
        handlers.ListResourceTemplatesHandler = (_, _) => ValueTask.FromResult(new ListResourceTemplatesResult { ResourceTemplates = [Describe()] });
        handlers.ReadResourceHandler = (request, _) => AnswerAsync(() => ReadAsync(request));
        handlers.CompleteHandler = (request, _) => AnswerAsync(() => CompleteAsync(request));
    }

    /// <summary>The error of the protocol for a resource that is not there. Its code has changed between the revisions.</summary>
    public static McpProtocolException NotFound(McpServer server, string? uri) => new(
        $"There is no resource '{uri}'",
        string.CompareOrdinal(server.NegotiatedProtocolVersion, "2026-07-28") >= 0 ? McpErrorCode.InvalidParams : McpErrorCode.ResourceNotFound)
    {
        // Shown as the error's data.
        Data = { ["uri"] = uri },
    };

    /// <summary>Says as an error of the protocol what a tool would say in its result.</summary>
    public static async ValueTask<T> AnswerAsync<T>(Func<Task<T>> answer)
    {
        try
        {
            return await answer();
        }
        catch (ToolRefusal refusal)
        {
            throw new McpProtocolException(refusal.Message, McpErrorCode.InvalidParams);
        }
        catch (SomaException e) when (Failures.ToProblem(e) is { } problem)
        {
            throw new McpProtocolException(problem.Detail, McpErrorCode.InternalError);
        }
    }

    private static async Task<ListResourcesResult> ListAsync(ToolCall call)
    {
        var page = await call.Core.Client.ListAsync(call.Namespace, Newest(call, MostListed), call.Aborted);
        return new ListResourcesResult { Resources = [.. page.Memories.Select(Describe)] };
    }

    private static async Task<ReadResourceResult> ReadAsync(RequestContext<ReadResourceRequestParams> request)
    {
        var uri = request.Params?.Uri;
        if (uri?.StartsWith(Beginning, StringComparison.Ordinal) != true)
        {
            throw NotFound(request.Server, uri);
        }

        var call = ToolCall.Of(request.Services, request.Params, Scopes.Read);
        var key = ToolCall.KeyOf(Uri.UnescapeDataString(uri[Beginning.Length..]));
        var reply = await call.Core.Client.GetAsync(call.Namespace, new GetMemory { Coordinate = key, Timeout = call.Core.Options.RequestTimeout }, call.Aborted);
        return reply.Memory is not { } memory
            ? throw NotFound(request.Server, uri)
            : new ReadResourceResult
            {
                Contents = [new TextResourceContents { Uri = uri, MimeType = MediaType, Text = JsonSerializer.Serialize(MemoryTexts.Whole(memory), McpJson.Indented) }],
            };
    }

    /// <summary>Completes the template's id to ids that are there.</summary>
    private static async Task<CompleteResult> CompleteAsync(RequestContext<CompleteRequestParams> request)
    {
        if (request.Params is not { Ref: ResourceTemplateReference { Uri: Template }, Argument: { Name: "id" } argument })
        {
            return new CompleteResult { Completion = new Completion { Values = [] } };
        }

        var call = ToolCall.Of(request.Services, request.Params, Scopes.Read);
        var typed = argument.Value.StartsWith(Coordinate.IdMark) ? argument.Value[1..] : argument.Value;
        var query = Newest(call, MostCompletions);
        query.Filter = typed.Length == 0 ? null : JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object> { ["id"] = new Dictionary<string, string> { ["$gte"] = typed, ["$lt"] = typed + Last } }, McpJson.Options);
        var page = await call.Core.Client.ListAsync(call.Namespace, query, call.Aborted);
        var ids = page.Memories.Select(memory => memory.Coordinate.Id).OfType<string>().Where(id => id.StartsWith(typed, StringComparison.Ordinal));
        return new CompleteResult
        {
            Completion = new Completion { Values = [.. ids.Select(id => Coordinate.IdMark + id)], HasMore = page.NextCursor is not null },
        };
    }

    private static ListMemories Newest(ToolCall call, int limit) =>
        new() { Limit = limit, Order = ListOrder.Seq, Descending = true, Timeout = call.Core.Options.RequestTimeout };

    private static ResourceTemplate Describe() => new()
    {
        UriTemplate = Template,
        Name = "memory",
        Title = "A memory",
        Description = "One memory whole, by its id as recall and list show it.",
        MimeType = MediaType,
    };

    private static Resource Describe(MemoryRecord memory)
    {
        var text = MemoryTexts.TextOf(memory.Payload, out _);
        return new Resource
        {
            // The mark of an id may stand in a URI as it is, and so the URI shows the id as recall does.
            Uri = Beginning + Uri.EscapeDataString(memory.Coordinate.Text).Replace("%40", "@", StringComparison.Ordinal),
            Name = memory.Coordinate.Text,
            Title = text.Length <= LongestTitle ? text : string.Concat(text.AsSpan(0, LongestTitle - 1), "…"),
            MimeType = MediaType,
            Annotations = new Annotations { LastModified = memory.UpdatedAt.ToDateTimeOffset() },
        };
    }
}
