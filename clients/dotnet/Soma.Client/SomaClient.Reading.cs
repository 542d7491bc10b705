using System.Text.Json.Nodes;

namespace Soma.Client;

/// <content>The calls that read.</content>
public sealed partial class SomaClient
{
    /// <summary>All memories that the query lets pass; pages are read as the loop gets to them. Its limit is the size of a page.</summary>
    public IAsyncEnumerable<Memory> ListAsync(
        ListMemoriesQuery? query = null, ReadOptions? options = null, CancellationToken cancellationToken = default) =>
        ListAsync("/memories", Json.Fields(query, Json.Wire.ListMemoriesQuery), options, cancellationToken);

    /// <summary>Those whose coordinates lie between two corners, edges included.</summary>
    public IAsyncEnumerable<Memory> RangeAsync(
        double[] min, double[] max, ListMemoriesQuery? query = null, ReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        var fields = Json.Fields(query, Json.Wire.ListMemoriesQuery);
        (fields["min"], fields["max"]) = (((MemoryKey)min).Text, ((MemoryKey)max).Text);
        return ListAsync("/memories/range", fields, options, cancellationToken);
    }

    /// <summary>Best first. A text alone is a search for it.</summary>
    public Task<Hits> SearchAsync(Search search, ReadOptions? options = null, CancellationToken cancellationToken = default) =>
        _caller.JsonAsync(
            new Call(HttpMethod.Post, "/memories/search") { Body = Json.Bytes(search, Json.Wire.Search) }, Json.Wire.Hits, options, cancellationToken);

    /// <summary>
    /// What a prompt needs to know for the query: one line a memory with its date and key, most relevant first, within
    /// <paramref name="maxTokens"/>. <paramref name="search"/> narrows what is found, e.g. by a filter or a least relevance.
    /// </summary>
    public async Task<MemoryContext> ContextAsync(
        string query, int maxTokens = 1000, Search? search = null, ContextOptions? options = null, CancellationToken cancellationToken = default)
    {
        var whole = (search ?? new Search()) with { Query = query, TopK = search?.TopK ?? 50, MaxTokens = Math.Max(1, maxTokens), Include = null };
        return MemoryContext.Of((await SearchAsync(whole, options, cancellationToken)).Memories, maxTokens, options ?? new ContextOptions());
    }

    /// <summary>What links join to a memory.</summary>
    public Task<NeighborLinks> NeighborsAsync(
        MemoryKey of, GetNeighborsQuery? query = null, ReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        var fields = Json.Fields(query, Json.Wire.GetNeighborsQuery);
        fields["coord"] = of.Text;
        return ReadAsync("/graph/neighbors", fields, Json.Wire.NeighborLinks, options, cancellationToken);
    }

    /// <summary>The shortest way from one memory to another along links.</summary>
    public Task<FoundPath> PathAsync(
        MemoryKey from, MemoryKey to, FindPathQuery? query = null, ReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        var fields = Json.Fields(query, Json.Wire.FindPathQuery);
        (fields["from_coord"], fields["to_coord"]) = (from.Text, to.Text);
        return ReadAsync("/graph/path", fields, Json.Wire.FoundPath, options, cancellationToken);
    }

    /// <summary>The versions of a memory, newest first. <paramref name="limit"/> is the size of a page.</summary>
    public IAsyncEnumerable<MemoryVersion> HistoryAsync(
        MemoryKey key, int? limit = null, ReadOptions? options = null, CancellationToken cancellationToken = default) =>
        Pages.WalkAsync(
            (cursor, token) => ReadAsync($"{key.Path}/history", new() { ["cursor"] = cursor, ["limit"] = limit }, Json.Wire.MemoryHistory, options, token),
            page => (page.Versions, page.NextCursor), cancellationToken);

    /// <summary>Every committed change in order. It waits for further ones until its loop is left or cancelled.</summary>
    public ChangeFeed Changes(ListChangesQuery? query = null, FollowOptions? options = null) =>
        new(_caller, query ?? new ListChangesQuery(), options ?? new FollowOptions());

    /// <summary>How many memories there are.</summary>
    public Task<Stats> StatsAsync(CallOptions? options = null, CancellationToken cancellationToken = default) =>
        ReadAsync("/stats", null, Json.Wire.Stats, options, cancellationToken);

    /// <summary>Whether the service works, part by part.</summary>
    public Task<Health> HealthAsync(CallOptions? options = null, CancellationToken cancellationToken = default) =>
        ReadAsync("/health", null, Json.Wire.Health, options, cancellationToken);

    /// <summary>What the token in use may do.</summary>
    public Task<CallerView> WhoAmIAsync(CallOptions? options = null, CancellationToken cancellationToken = default) =>
        ReadAsync("/whoami", null, Json.Wire.CallerView, options, cancellationToken);

    private IAsyncEnumerable<Memory> ListAsync(string path, JsonObject fields, ReadOptions? options, CancellationToken cancellationToken) =>
        Pages.WalkAsync(
            (cursor, token) => ReadAsync(path, Json.At(fields, cursor), Json.Wire.MemoryPage, options, token),
            page => (page.Memories, page.NextCursor), cancellationToken);
}
