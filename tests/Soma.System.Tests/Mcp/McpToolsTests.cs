using System.Net;
using System.Text;
using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Mcp;

/// <summary>The tools over HTTP, through the client of the protocol's own library.</summary>
[Collection(ProcessTests.Name)]
public sealed class McpToolsTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly SomaProcess _soma;

    public McpToolsTests() => _soma = new SomaProcess(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = _folder.Location, ["SOMA_EMBEDDINGS"] = "fast" });

    public Task InitializeAsync() => _soma.StartAsync();

    public async Task DisposeAsync()
    {
        await _soma.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_memory_is_remembered_recalled_changed_linked_and_forgotten()
    {
        await using var client = await ConnectAsync("/mcp/notes");
        var kettle = IdOf(await CallAsync(client, "remember", ("text", "The kettle is in the blue cupboard")));
        await CallAsync(client, "remember", ("text", "Ada prefers tea"), ("id", "ada-tea"), ("memory_type", "semantic"), ("data", new { topic = "drinks" }));

        Assert.StartsWith($"[{kettle}]", TextOf(await CallAsync(client, "recall", ("query", "where do we keep the kettle?"))), StringComparison.Ordinal);
        await CallAsync(client, "update", ("id", "ada-tea"), ("text", "Ada prefers coffee"));
        Assert.Contains("\"topic\": \"drinks\"", TextOf(await CallAsync(client, "get", ("id", "@ada-tea"))), StringComparison.Ordinal);
        var versions = (await CallAsync(client, "history", ("id", "ada-tea"))).StructuredContent?.GetProperty("versions").EnumerateArray().Select(each => each.GetProperty("text").GetString());
        Assert.Equal(["Ada prefers coffee", "Ada prefers tea"], versions);
        await CallAsync(client, "link", ("from", "ada-tea"), ("to", kettle), ("link_type", "needs"));
        Assert.Contains(kettle, TextOf(await CallAsync(client, "neighbors", ("id", "ada-tea"))), StringComparison.Ordinal);
        Assert.Equal(2, (await CallAsync(client, "stats")).StructuredContent?.GetProperty("memories").GetInt32());
        await CallAsync(client, "forget", ("id", "ada-tea"));
        Assert.DoesNotContain("coffee", TextOf(await CallAsync(client, "list")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_said_twice_is_remembered_once()
    {
        await using var client = await ConnectAsync("/mcp/notes");
        var first = IdOf(await CallAsync(client, "remember", ("text", "The kettle is blue")));
        var again = await CallAsync(client, "remember", ("text", "the kettle is blue."));

        Assert.Equal((first, false), (IdOf(again), again.StructuredContent?.GetProperty("stored").GetBoolean()));
    }

    [Fact]
    public async Task Memories_of_another_namespace_are_neither_recalled_nor_read()
    {
        await using var mine = await ConnectAsync("/mcp/mine");
        await using var other = await ConnectAsync("/mcp/other");
        await CallAsync(other, "remember", ("text", "the canary sings at noon"), ("id", "canary"));

        Assert.Equal("No memories.", TextOf(await CallAsync(mine, "recall", ("query", "canary"))));
        Assert.True((await mine.CallToolAsync("get", new Dictionary<string, object?> { ["id"] = "canary" })).IsError);
    }

    [Fact]
    public async Task A_budget_of_tokens_is_kept_and_what_did_not_fit_is_said()
    {
        await using var client = await ConnectAsync("/mcp/long");
        for (var i = 0; i < 30; i++)
        {
            await CallAsync(client, "remember", ("text", $"The garden has {i} roses, and each of them has a name that is written on a sign"));
        }

        var text = TextOf(await CallAsync(client, "recall", ("query", "roses in the garden"), ("max_tokens", 200), ("limit", 30)));

        Assert.InRange(Encoding.UTF8.GetByteCount(text[..text.IndexOf("\n(", StringComparison.Ordinal)]), 400, 800);
        Assert.Contains("did not fit", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("recall", """{"query":"x","limits":3}""", "There is no argument 'limits'")]
    [InlineData("recall", "{}", "The argument 'query' is missing")]
    [InlineData("recall", """{"query":"x","limit":0}""", "limit: Input should be a whole number from 1 to 1000")]
    [InlineData("remember", """{"text":"  "}""", "text: Input should say something")]
    [InlineData("remember", """{"text":"x","memory_type":"idea"}""", "memory_type: Input should be 'episodic', 'semantic' or 'belief'")]
    [InlineData("get", """{"id":"nobody"}""", "There is no memory with the id 'nobody'")]
    [InlineData("update", """{"id":"nobody","text":"x"}""", "Memory not found")]
    public async Task A_wrong_call_is_answered_with_what_is_wrong(string tool, string arguments, string expected)
    {
        await using var client = await ConnectAsync("/mcp");
        var result = await client.CallToolAsync(tool, JsonSerializer.Deserialize<Dictionary<string, object?>>(arguments));

        Assert.True(result.IsError);
        Assert.Contains(expected, TextOf(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_knowledge_graph_is_built_searched_and_taken_apart()
    {
        await using var client = await ConnectAsync("/mcp/people/graph");
        object[] people = [new { name = "Ada", entityType = "person", observations = new[] { "likes tea" } }, new { name = "Oslo", entityType = "city", observations = Array.Empty<string>() }];
        await CallAsync(client, "create_entities", ("entities", people));
        Assert.Equal("[]", TextOf(await CallAsync(client, "create_entities", ("entities", people[..1]))));
        object[] lives = [new { from = "Ada", to = "Oslo", relationType = "lives_in" }];
        await CallAsync(client, "create_relations", ("relations", lives));
        Assert.Equal("[]", TextOf(await CallAsync(client, "create_relations", ("relations", lives))));
        await CallAsync(client, "add_observations", ("observations", new object[] { new { entityName = "Ada", contents = new[] { "likes tea", "plays chess" } } }));

        var found = (await CallAsync(client, "search_nodes", ("query", "CHESS"))).StructuredContent?.GetRawText();
        Assert.Equal("""{"entities":[{"name":"Ada","entityType":"person","observations":["likes tea","plays chess"]}],"relations":[{"from":"Ada","to":"Oslo","relationType":"lives_in"}]}""", found);
        var unknown = await client.CallToolAsync("add_observations", new Dictionary<string, object?> { ["observations"] = new object[] { new { entityName = "Ada", contents = new[] { "x" } }, new { entityName = "Bob", contents = new[] { "y" } } } });
        Assert.Equal((true, "Entity with name Bob not found"), (unknown.IsError, TextOf(unknown)));
        Assert.DoesNotContain("\"x\"", TextOf(await CallAsync(client, "open_nodes", ("names", new[] { "Ada" }))), StringComparison.Ordinal);
        await CallAsync(client, "delete_entities", ("entityNames", new[] { "Ada" }));
        Assert.Equal("""{"entities":[{"name":"Oslo","entityType":"city","observations":[]}],"relations":[]}""", (await CallAsync(client, "read_graph")).StructuredContent?.GetRawText());
    }

    [Fact]
    public async Task Writers_that_add_to_one_entity_at_once_lose_nothing()
    {
        await using var client = await ConnectAsync("/mcp/race/graph");
        await CallAsync(client, "create_entities", ("entities", new object[] { new { name = "Ada", entityType = "person", observations = Array.Empty<string>() } }));
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            CallAsync(client, "add_observations", ("observations", new object[] { new { entityName = "Ada", contents = new[] { $"fact {i}" } } }))));

        var observations = (await CallAsync(client, "read_graph")).StructuredContent?.GetProperty("entities")[0].GetProperty("observations");
        Assert.Equal(16, observations?.GetArrayLength());
    }

    [Fact]
    public async Task A_call_that_was_broken_off_half_way_is_finished_by_its_retry()
    {
        await using var client = await ConnectAsync("/mcp/half/graph");
        object[] people = [new { name = "Ada", entityType = "person", observations = Array.Empty<string>() }, new { name = "Bob", entityType = "person", observations = Array.Empty<string>() }];
        await CallAsync(client, "create_entities", ("entities", people));
        // Room for what is added to Ada, and not for what is added to Bob.
        await PutQuotaAsync("half", """{"quota_bytes":1500}""");
        var fact = new string('x', 1000);
        var arguments = new Dictionary<string, object?>
        {
            ["observations"] = new object[] { new { entityName = "Ada", contents = new[] { fact } }, new { entityName = "Bob", contents = new[] { fact } } },
        };
        await using var retrying = await ConnectAsync("/mcp/half/graph", ("Idempotency-Key", "one-call"));
        var broken = await retrying.CallToolAsync("add_observations", arguments);
        Assert.Contains("quota", TextOf(broken), StringComparison.Ordinal);

        await PutQuotaAsync("half", "{}");
        Assert.NotEqual(true, (await retrying.CallToolAsync("add_observations", arguments)).IsError);

        var entities = (await CallAsync(client, "read_graph")).StructuredContent?.GetProperty("entities").EnumerateArray().ToArray() ?? [];
        Assert.Equal(2, entities.Length);
        Assert.All(entities, entity => Assert.Equal(fact, Assert.Single(entity.GetProperty("observations").EnumerateArray()).GetString()));
    }

    [Theory]
    [InlineData("evil.example", null)]
    [InlineData(null, "https://evil.example")]
    public async Task A_page_of_another_site_cannot_call_the_tools(string? host, string? origin)
    {
        using var request = Initialize();
        request.Headers.Host = host;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await _soma.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Nobody_calls_the_tools_without_a_token()
    {
        using var stranger = new HttpClient { BaseAddress = _soma.Client.BaseAddress };
        using var request = Initialize();
        using var answer = await stranger.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static HttpRequestMessage Initialize()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/mcp")
        {
            Content = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Accept", "application/json, text/event-stream");
        return request;
    }

    private Task<McpClient> ConnectAsync(string path, params (string Name, string Value)[] headers) => McpClient.CreateAsync(new HttpClientTransport(new HttpClientTransportOptions
    {
        Endpoint = new Uri(_soma.Client.BaseAddress ?? throw new InvalidOperationException("The service has no address."), path),
        AdditionalHeaders = headers.Append(("Authorization", $"Bearer {SomaProcess.Token}")).ToDictionary(header => header.Item1, header => header.Item2),
    }));

    private async Task PutQuotaAsync(string space, string settings)
    {
        using var body = new StringContent(settings, Encoding.UTF8, "application/json");
        using var answer = await _soma.Client.PutAsync($"/namespaces/{space}", body);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<CallToolResult> CallAsync(McpClient client, string tool, params (string Name, object? Value)[] arguments)
    {
        var result = await client.CallToolAsync(tool, arguments.ToDictionary(each => each.Name, each => each.Value));
        Assert.True(result.IsError != true, TextOf(result));
        return result;
    }

    private static string IdOf(CallToolResult result) => result.StructuredContent?.GetProperty("id").GetString() ?? "";

    private static string TextOf(CallToolResult result) => string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
}
