using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Soma.Gateway.Mcp;

/// <summary>The tools that read memories. They see every write that was answered before they were called.</summary>
internal sealed class RecallTools(ToolCall call)
{
    private const int BytesPerToken = 4;

    [McpServerTool(Name = "recall", Title = "Recall", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(Recalled))]
    [Needs(Scopes.Read)]
    [Description("Search the memory by meaning and by words, before you answer something that earlier conversations may have settled: facts, preferences, people, decisions. Ask in the words of the question. Returns the best memories first, each with its id and date; an empty answer means that nothing is known.")]
    public async Task<CallToolResult> RecallAsync(
        [Description("What you want to know, as a question or in keywords. Words between quotes are looked for as they stand.")] string query,
        [Description("How many tokens the answer may have, four bytes counting as one. Default 1000.")] int max_tokens = 1000,
        [Description("How many memories at most. Default 20.")] int limit = 20,
        [Description("0 to 1: leaves out what has less chance to do with the query. Default 0.")] double min_relevance = 0)
    {
        // The budget is of the answer's text, so it is counted here; read as a field it is held to its range.
        var search = new ToolFields()
            .With("query", query).With("limit", limit).With("min_relevance", min_relevance).With("max_tokens", max_tokens)
            .Read(SearchEndpoints.Search).Command;
        search.MaxTokens = null;
        var reply = await call.Core.Client.SearchAsync(call.Namespace, search, call.Aborted);
        Refuse(reply.Rejection);
        var (shown, text) = Fit([.. reply.Hits.Select(hit => MemoryTexts.View(hit.Memory, hit.Relevance))], max_tokens * BytesPerToken);
        return ToolResult.Of(new Recalled(shown, reply.Degraded), text);
    }

    [McpServerTool(Name = "get", Title = "Get a memory", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(OneMemoryView))]
    [Needs(Scopes.Read)]
    [Description("Read one memory whole, by its id.")]
    public async Task<CallToolResult> GetAsync([Description("The memory's id, as recall shows it between brackets.")] string id)
    {
        var reply = await call.Core.Client.GetAsync(call.Namespace, new GetMemory { Coordinate = ToolCall.KeyOf(id), Timeout = call.Core.Options.RequestTimeout }, call.Aborted);
        return reply.Memory is { } memory
            ? ToolResult.Of(MemoryTexts.Whole(memory))
            : throw new ToolRefusal($"There is no memory with the id '{id}'. recall and list show the ids there are");
    }

    [McpServerTool(Name = "list", Title = "List memories", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(MemoryViews))]
    [Needs(Scopes.Read)]
    [Description("Read memories page by page, newest first, for instance to look over what is known. To find something, use recall.")]
    public async Task<CallToolResult> ListAsync(
        [Description("How many. Default 20, at most 1000.")] int limit = 20,
        [Description("next_cursor of the page before.")] string? cursor = null,
        [Description("seq: by their latest change (the default); created; importance. The largest come first.")] string? order = null)
    {
        var list = new ToolFields().With("limit", limit).With("cursor", cursor).With("order", order).With("desc", true).Read(MemoryFields.List).Command;
        var reply = await call.Core.Client.ListAsync(call.Namespace, list, call.Aborted);
        CheckCursor(reply.CursorInvalid);
        Refuse(reply.Rejection);
        var views = reply.Memories.Select(memory => MemoryTexts.View(memory)).ToArray();
        var more = reply.NextCursor is { } next ? $"\n\nThere are more: next_cursor is {next}" : "";
        return ToolResult.Of(new MemoryViews(views, reply.NextCursor), Lines(views) + more);
    }

    [McpServerTool(Name = "history", Title = "History of a memory", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(VersionsView))]
    [Needs(Scopes.Read)]
    [Description("Read the versions of a memory, newest first: what it said before it was changed, and when.")]
    public async Task<CallToolResult> HistoryAsync(
        [Description("The memory's id, also of one that was forgotten.")] string id,
        [Description("How many versions. Default 10.")] int limit = 10,
        [Description("next_cursor of the page before.")] string? cursor = null)
    {
        var history = new ToolFields().With("limit", limit).With("cursor", cursor).Read(PastEndpoints.History).Command;
        history.Coordinate = ToolCall.KeyOf(id);
        var reply = await call.Core.Client.GetHistoryAsync(call.Namespace, history, call.Aborted);
        CheckCursor(reply.CursorInvalid);
        return reply.Versions.Length == 0 && cursor is null
            ? throw new ToolRefusal($"There never was a memory with the id '{id}'")
            : ToolResult.Of(new VersionsView(history.Coordinate.Text, [.. reply.Versions.Select(View)], reply.NextCursor));
    }

    [McpServerTool(Name = "neighbors", Title = "Linked memories", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(Neighborhood))]
    [Needs(Scopes.Read)]
    [Description("Follow links from a memory: what it leads to and what leads to it.")]
    public async Task<CallToolResult> NeighborsAsync(
        [Description("The memory's id.")] string id,
        [Description("How many links to follow one after the other, 1 to 5. Default 1.")] int k_hop = 1,
        [Description("How many neighbours at most. Default 20.")] int limit = 20,
        [Description("Only links of this type.")] string? link_type = null,
        [Description("out, in or both (the default).")] string? direction = null)
    {
        var query = new ToolFields()
            .With("coord", ToolFields.KeyOf(id)).With("k_hop", k_hop).With("limit", limit).With("link_type", link_type).With("direction", direction ?? "both")
            .Read(LinkEndpoints.Neighbors).Command;
        var reply = await call.Core.Client.GetNeighborsAsync(call.Namespace, query, call.Aborted);
        Refuse(reply.Rejection);
        return ToolResult.Of(new Neighborhood(query.Coordinate.Text, [.. reply.Neighbors.Select(View)]));
    }

    [McpServerTool(Name = "stats", Title = "Size of the memory", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(NamespaceStats))]
    [Needs(Scopes.Read)]
    [Description("How many memories there are, and how large they are together.")]
    public async Task<CallToolResult> StatsAsync()
    {
        var (tenant, name) = call.Namespace;
        var page = await call.Core.Client.ListNamespacesAsync(new ListNamespaces { Tenant = tenant, Prefix = name, Limit = 1 }, call.Aborted);
        var found = page.Namespaces.FirstOrDefault(each => each.Key.Name == name);
        return ToolResult.Of(new NamespaceStats(name, found?.Counts.Total ?? 0, found?.Bytes ?? 0, found?.HeadSeq ?? 0));
    }

    /// <summary>As many memories, best first, as the budget holds. One that does not fit whole is left out, and so are those after it.</summary>
    private static (IReadOnlyList<MemoryView> Shown, string Text) Fit(IReadOnlyList<MemoryView> memories, int bytes)
    {
        var shown = new List<MemoryView>();
        foreach (var memory in memories)
        {
            bytes -= Encoding.UTF8.GetByteCount(MemoryTexts.Line(memory)) + 1;
            if (bytes < 0)
            {
                break;
            }

            shown.Add(memory);
        }

        var missing = memories.Count - shown.Count;
        var rest = missing > 0 ? $"\n({missing} more did not fit into max_tokens)" : "";
        return (shown, Lines(shown) + rest);
    }

    private static string Lines(IReadOnlyList<MemoryView> memories) =>
        memories.Count == 0 ? "No memories." : string.Join('\n', memories.Select(MemoryTexts.Line));

    private static VersionView View(HistoryEntry entry) => new(
        entry.Version, entry.IsDelete ? "deleted" : "stored", MemoryTexts.Date(entry.At), entry.Payload is { } payload ? MemoryTexts.TextOf(payload, out _) : null);

    private static NeighborView View(Neighbor neighbor) => new(
        neighbor.Coordinate.Text, neighbor.LinkType, neighbor.Direction == LinkDirection.In ? "in" : "out", neighbor.Strength, neighbor.Hops);

    private static void CheckCursor(bool isInvalid)
    {
        if (isInvalid)
        {
            throw new ToolRefusal("cursor is not one that this service made");
        }
    }

    private static void Refuse(Rejection? rejection)
    {
        if (rejection is not null)
        {
            throw new ToolRefusal(rejection.Detail);
        }
    }
}
