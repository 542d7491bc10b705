using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Service;

public sealed class SearchRoutesTests(GatewayUnderTest gateway) : IClassFixture<GatewayUnderTest>
{
    private readonly string _namespace = Guid.NewGuid().ToString("N");

    private SearchMemories Asked => gateway.Grains.Namespace("default", _namespace).LastSearch!;

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string? json = null)
    {
        var response = await gateway.SendAsync(gateway.Request(method, path, json).With("X-Soma-Namespace", _namespace));
        Assert.Equal(200, (int)response.StatusCode);
        return response;
    }

    [Fact]
    public async Task Hits_carry_the_canonical_row_and_its_score()
    {
        await SendAsync("POST", "/memories", """{"coord":"1,-0","payload":{"a": 1},"embedding":[0.5,-2]}""");
        var response = await SendAsync("POST", "/memories/search", """{"query":"a"}""");
        const string Hit = """{"coord":"1.0,0.0","coordinate":[1.0,0.0],"payload":{"a": 1},"memory_type":"episodic","importance":1.0,"score":0.875,"relevance":0.625,"created_at":"2026-01-02T03:04:05.678901+00:00","updated_at":"2026-01-02T03:04:05.678901+00:00","seq":1,"embedding_source":"precomputed"}""";
        Assert.Equal($$"""{"memories":[{{Hit}}],"degraded":false,"refining":2}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("1", response.Header("X-Soma-Seq"));
        var explained = await (await SendAsync("POST", "/memories/search", """{"query":"a","explain":true,"include":["embedding"]}""")).JsonAsync();
        var hit = explained.GetProperty("memories")[0];
        Assert.False(hit.TryGetProperty("payload", out _));
        Assert.Equal("[0.5,-2]", hit.GetProperty("embedding").GetRawText());
        Assert.Equal("""{"keyword":1.5,"keyword_normalised":null,"text":null,"text_normalised":null,"brought":null,"brought_normalised":null,"context":0.0,"speaker":null,"phrase":null,"recency":null,"importance":null,"coverage":null,"trust":null,"relevance_cosine":null,"relevance_cover":null,"text_space":null,"relevance_by_table":null}""", hit.GetProperty("explain").GetRawText());
        Assert.True((await (await SendAsync("POST", "/memories/search", """{"offset":7}""")).JsonAsync()).GetProperty("truncated").GetBoolean());
    }

    [Theory]
    [InlineData("""{"query":"x","top_k":"7"}""", 7)]
    [InlineData("""{"query":"x","top_k":7.0}""", 7)]
    [InlineData("""{"query":"x","limit":7}""", 7)]
    [InlineData("""{"query":"x","limit":9,"top_k":7}""", 7)]
    [InlineData("""{"query":"x","top_k":null}""", 5)]
    [InlineData("""{}""", 5)]
    public async Task Top_k_is_read_as_leniently_as_clients_write_it(string body, int topK)
    {
        await SendAsync("POST", "/memories/search", body);
        Assert.Equal(topK, Asked.TopK);
    }

    [Fact]
    public async Task All_that_a_body_may_ask_for_reaches_the_grain()
    {
        await SendAsync("POST", "/memories/search", """
            {"query":"\"two words\"","offset":3,"filters":{"a.b":{"$in":[1,2]},"$or":[{"c":1},{"$not":{"d":{"$exists":true}}}],"_keywords":["k"]},
             "memory_type":"belief","vector":"AACAPwAAAMA=","mode":"keyword","min_score":0.25,"explain":false,
             "as_of":null,"accurate":false,"exact":true,"weights":{"recency":0,"importance":null},"max_tokens":null,"universe":"real"}
            """);
        Assert.Equal("\"two words\"", Asked.Query);
        Assert.Equal((3, MemoryType.Belief, SearchMode.Keyword, 0.25), (Asked.Offset, Asked.Type!.Value, Asked.Mode, Asked.MinScore));
        Assert.Equal([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0], Asked.Vector!);
        Assert.StartsWith("""{"a.b":""", System.Text.Encoding.UTF8.GetString(Asked.Filter!));
        await SendAsync("POST", "/memories/search", """{"filters":{},"embedding":[1,-2]}""");
        Assert.Null(Asked.Filter);
        Assert.Equal([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0], Asked.Vector!);
    }

    [Fact]
    public async Task A_search_by_query_string_asks_the_same()
    {
        await SendAsync("GET", "/memories/search?query=some%20words&limit=9&offset=2&filters=%7B%22a%22%3A1%7D&memory_type=semantic&mode=vector&min_score=0.5&explain=true&include=embedding");
        Assert.Equal(("some words", 9, 2, SearchMode.Vector), (Asked.Query, Asked.TopK, Asked.Offset, Asked.Mode));
        Assert.Equal((MemoryType.Semantic, 0.5, true, true), (Asked.Type!.Value, Asked.MinScore, Asked.Explain, Asked.IncludeVector));
        Assert.Equal("""{"a":1}"""u8.ToArray(), Asked.Filter);
    }

    [Theory]
    [InlineData("{}", 1, null)]
    [InlineData("""{"hops":2,"link_types":["part_of","causes"]}""", 2, "part_of causes")]
    [InlineData("""{"hops":"2","link_types":null}""", 2, null)]
    public async Task Expand_reaches_the_grain_from_a_body_and_from_a_query(string expand, int hops, string? types)
    {
        await SendAsync("POST", "/memories/search", $$"""{"query":"x","expand":{{expand}}}""");
        Check();
        await SendAsync("POST", "/memories/search", """{"query":"x","expand":null}""");
        Assert.Null(Asked.Expand);
        await SendAsync("GET", "/memories/search?query=x&expand=" + Uri.EscapeDataString(expand));
        Check();

        void Check() => Assert.Equal((hops, types), (Asked.Expand!.Hops, Asked.Expand.LinkTypes is { } asked ? string.Join(' ', asked) : null));
    }

    [Fact]
    public async Task What_a_hit_was_lent_by_links_is_explained()
    {
        await SendAsync("POST", "/memories", """{"coord":"1","payload":{"a":1}}""");
        var answer = await (await SendAsync("POST", "/memories/search", """{"query":"a","explain":true,"expand":{}}""")).JsonAsync();
        Assert.Equal(0.25, answer.GetProperty("memories")[0].GetProperty("explain").GetProperty("linked").GetDouble());
    }
}
