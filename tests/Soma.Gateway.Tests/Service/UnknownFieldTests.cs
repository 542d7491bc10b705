namespace Soma.Gateway.Tests.Service;

/// <summary>What is not understood is refused: a search for one user's memories gave everybody's, and nobody was told.</summary>
public sealed class UnknownFieldTests(GatewayUnderTest gateway) : IClassFixture<GatewayUnderTest>
{
    /// <summary>Method, path, body, the path of the field, and what the message must advise.</summary>
    public static TheoryData<string, string, string?, string, string> Misunderstood => new()
    {
        { "POST", "/memories/search", """{"query":"salary","user_id":"bob"}""", """["body","user_id"]""", "X-Soma-Namespace" },
        { "POST", "/memories/search", """{"query":"salary","user_id":"bob"}""", """["body","user_id"]""", "filters" },
        { "POST", "/memories/search", """{"query":"salary","agent_id":"a"}""", """["body","agent_id"]""", "filters" },
        { "POST", "/memories/search", """{"query":"salary","filter":{"a":1}}""", """["body","filter"]""", "did you mean filters?" },
        { "POST", "/memories/search", """{"query":"salary","topk":3}""", """["body","topk"]""", "did you mean top_k?" },
        { "POST", "/memories/search", """{"query":"x","weights":{"recent":1}}""", """["body","weights","recent"]""", "recency" },
        { "POST", "/memories/search?top_k=3", """{"query":"x"}""", """["query","top_k"]""", "top_k" },
        { "GET", "/memories/search?query=x&filter={}", null, """["query","filter"]""", "did you mean filters?" },
        { "POST", "/memories", """{"payload":{},"ttl":60}""", """["body","ttl"]""", "did you mean ttl_seconds?" },
        { "POST", "/memories", """{"payload":{},"importence":3}""", """["body","importence"]""", "did you mean importance?" },
        { "POST", "/memories", """{"payload":{},"user_id":"bob"}""", """["body","user_id"]""", "payload" },
        { "POST", "/memories", """{"payload":{},"session_id":"s"}""", """["body","session_id"]""", "payload" },
        { "POST", "/memories", """{"payload":{},"metadata":{}}""", """["body","metadata"]""", "payload" },
        { "POST", "/memories", """{"payload":{},"created_at":"2015-07-23T22:44:08-07:00"}""", """["body","created_at"]""", "payload.timestamp" },
        { "POST", "/memories/batch", """{"items":[{"payload":{}},{"payload":{},"ttl":60}]}""", """["body","items",1,"ttl"]""", "ttl_seconds" },
        { "POST", "/memories/batch", """{"items":[{"payload":{}}],"atomic":false}""", """["body","atomic"]""", "items" },
        { "PATCH", "/memories/1", """{"payload":{},"memory_typ":"belief"}""", """["body","memory_typ"]""", "memory_type" },
        { "DELETE", "/memories/1?purg=true", null, """["query","purg"]""", "purge" },
        { "POST", "/memories/delete", """{"coords":["1"],"dryrun":true}""", """["body","dryrun"]""", "dry_run" },
        { "GET", "/memories?filter={}", null, """["query","filter"]""", "filters" },
        { "GET", "/memories/1?as_off=3", null, """["query","as_off"]""", "as_of" },
        { "POST", "/graph/link", """{"from_coord":"1","to_coord":"2","type":"likes"}""", """["body","type"]""", "link_type" },
        { "DELETE", "/graph/link", """{"from_coord":"1","to_coord":"2","strength":1}""", """["body","strength"]""", "link_type" },
        { "GET", "/graph/neighbors?coord=1&hops=2", null, """["query","hops"]""", "k_hop" },
        { "GET", "/graph/path?from_coord=1&to_coord=2&max=3", null, """["query","max"]""", "max_length" },
        { "PUT", "/namespaces/n", """{"half_life_day":3}""", """["body","half_life_day"]""", "did you mean half_life_days?" },
        { "GET", "/namespaces/n?verbose=1", null, """["query","verbose"]""", "tenant_id" },
        { "POST", "/memories", """{"payload":{},"on_similar":{"score":0.9}}""", """["body","on_similar","score"]""", "min_score" },
        { "POST", "/memories/search", """{"embedding":[1,2],"min_relevance":0.5}""", """["body","min_relevance"]""", "needs a query with text" },
        { "POST", "/memories/search", """{"query":"x","min_relevance":1.1}""", """["body","min_relevance"]""", "0 to 1" },
        { "GET", "/graph/neighbors?coord=1&as_of=soon", null, """["query","as_of"]""", "a seq, or a time" },
        { "GET", "/graph/path?from_coord=1&to_coord=2&as_of=1.5x", null, """["query","as_of"]""", "a seq, or a time" },
    };

    [Theory]
    [MemberData(nameof(Misunderstood))]
    public async Task A_field_that_nobody_knows_is_named_with_what_to_write_instead(string method, string path, string? body, string field, string advice)
    {
        var response = await gateway.SendAsync(method, path, body);
        Assert.Equal(422, (int)response.StatusCode);
        var error = (await response.JsonAsync()).GetProperty("errors").EnumerateArray().Single(error => error.GetProperty("loc").GetRawText() == field);
        Assert.Contains(advice, error.GetProperty("msg").GetString());
    }

    [Theory]
    [InlineData("POST", "/memories", """{"coord":"1","payload":{},"type":"episodic","universe":"real"}""")]
    [InlineData("POST", "/memories/search", """{"query":"x","universe":"real","tenant":"default","filters":{"_keywords":["x"]}}""")]
    [InlineData("POST", "/memories/search", """{"query":"x","limit":3,"universe":"real"}""")]
    [InlineData("GET", "/memories?tenant_id=other", null)]
    public async Task What_known_clients_send_passes(string method, string path, string? body) =>
        Assert.Equal(200, (int)(await gateway.SendAsync(method, path, body)).StatusCode);

    [Fact]
    public async Task Unknown_fields_are_passed_over_where_the_operator_says_so()
    {
        var lenient = await GatewayUnderTest.StartAsync(options => options with { IgnoreUnknownFields = true });
        try
        {
            foreach (var (method, path, body) in new[]
            {
                ("POST", "/memories", """{"coord":"1","payload":{},"ttl":60}"""),
                ("POST", "/memories/search?x=1", """{"query":"salary","user_id":"bob","filters":{"turn":{"gte":3}}}"""),
                ("GET", "/memories/1?as_off=3", (string?)null),
            })
            {
                Assert.Equal(200, (int)(await lenient.SendAsync(method, path, body)).StatusCode);
            }
        }
        finally
        {
            await lenient.DisposeAsync();
        }
    }
}
