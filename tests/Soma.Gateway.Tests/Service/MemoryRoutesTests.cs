using System.Text.Json;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Service;

public sealed class MemoryRoutesTests(GatewayUnderTest gateway) : IClassFixture<GatewayUnderTest>
{
    private const string Stored = """{"memory":{"coord":"1.0,2.5","coordinate":[1.0,2.5],"payload":PAYLOAD,"memory_type":"semantic","importance":0.9,"importance_norm":1.0,"access_count":1,"metadata":{},"created_at":"2026-01-02T03:04:05.678901+00:00","updated_at":"2026-01-02T03:04:05.678901+00:00","timestamp":TIMESTAMP,"expires_at":null,"version":1,"seq":1,"embedding_source":"soma-fast"}}""";

    private Task<HttpResponseMessage> SendAsync(string ns, string method, string path, string? json = null) =>
        gateway.SendAsync(gateway.Request(method, path, json).With("X-Soma-Namespace", ns));

    [Theory]
    [InlineData("""{ "importance" : 0.9,  "t": "é \u00e9 \u0000 \ud83d\ude00 </script>", "n": 1.50, "n": 2E+3 }""", "1767323045.678901")]
    [InlineData("""{"importance":0.9,"timestamp":"yesterday"}""", "\"yesterday\"")]
    [InlineData("""{"importance":0.9,"timestamp":null}""", "1767323045.678901")]
    [InlineData("""{"importance":0.9,"timestamp":{"a":[1]}}""", """{"a":[1]}""")]
    public async Task A_payload_comes_back_byte_for_byte_in_its_envelope(string payload, string timestamp)
    {
        var ns = Guid.NewGuid().ToString("N");
        var body = $$"""{"coord":" 1 ,, 2.50","payload":{{payload}},"memory_type":"semantic","universe":[{}]}""";
        var response = await SendAsync(ns, "POST", "/memories", body);
        Assert.Equal("""{"coord":"1.0,2.5","memory_type":"semantic","ok":true,"seq":1,"version":1,"embedding_source":"soma-fast"}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("\"1\"", response.Header("ETag"));
        Assert.Equal("1", response.Header("X-Soma-Seq"));
        var read = await SendAsync(ns, "GET", "/memories/1.0,2.5");
        Assert.Equal(Stored.Replace("PAYLOAD", payload).Replace("TIMESTAMP", timestamp), await read.Content.ReadAsStringAsync());
        Assert.Equal("application/json", read.Content.Headers.ContentType?.ToString());
        Assert.Equal("\"1\"", read.Header("ETag"));
        Assert.Equal("1", read.Header("X-Soma-Seq"));
    }

    [Fact]
    public async Task Flat_puts_payload_keys_first_and_lets_the_envelope_win()
    {
        var ns = Guid.NewGuid().ToString("N");
        await SendAsync(ns, "POST", "/memories", """{"coord":"1","payload":{"title":"a","payload":7,"seq":"x","score":1,"deep":{"b":[1.0]}}}""");
        var text = await (await SendAsync(ns, "GET", "/memories/1?flat=true")).Content.ReadAsStringAsync();
        Assert.StartsWith("""{"memory":{"title":"a","deep":{"b":[1.0]},"coord":"1.0",""", text);
        var memory = JsonDocument.Parse(text).RootElement.GetProperty("memory");
        Assert.Equal(JsonValueKind.Object, memory.GetProperty("payload").ValueKind);
        Assert.Equal(1, memory.GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task Flat_can_be_the_default_and_be_asked_off()
    {
        var flat = await GatewayUnderTest.StartAsync(options => options with { FlatMemories = true });
        await flat.SendAsync("POST", "/memories", """{"coord":"1","payload":{"title":"a"}}""");
        Assert.StartsWith("""{"memory":{"title":"a",""", await flat.SendAsync("GET", "/memories/1").TextAsync());
        Assert.StartsWith("""{"memory":{"coord":"1.0",""", await flat.SendAsync("GET", "/memories/1?flat=false").TextAsync());
        Assert.StartsWith("""{"memories":[{"title":"a",""", await flat.SendAsync("GET", "/memories/search?query=a").TextAsync());
        await flat.DisposeAsync();
    }

    [Fact]
    public async Task The_namespace_and_tenant_come_from_headers_then_body_then_query_then_defaults()
    {
        await gateway.SendAsync(gateway.Request("POST", "/memories?tenant_id=q", """{"coord":"7","payload":{},"tenant_id":"b"}""").With("X-Soma-Tenant", "h"));
        await gateway.SendAsync("POST", "/memories?tenant_id=q", """{"coord":"7","payload":{},"tenant_id":"b"}""");
        await gateway.SendAsync("POST", "/memories?tenant_id=q", """{"coord":"7","payload":{}}""");
        foreach (var tenant in new[] { "h", "b", "q" })
        {
            Assert.Equal(7, Assert.IsType<PutMemory>(gateway.Grains.Namespace(tenant, "default").Commands.Single().Operations.Single()).Coordinate.ToNumbers()[0]);
        }

        Assert.Equal(200, (int)(await gateway.SendAsync("GET", "/memories/7?tenant_id=q")).StatusCode);
        Assert.Equal(404, (int)(await gateway.SendAsync("GET", "/memories/7?tenant_id=elsewhere")).StatusCode);
    }

    [Fact]
    public async Task Batches_patches_and_deletes_answer_with_what_the_grain_said()
    {
        var ns = Guid.NewGuid().ToString("N");
        var batch = await SendAsync(ns, "POST", "/memories/batch", """{"items":[{"coord":"1","payload":{"a":1}},{"coord":"2","payload":{}}]}""");
        var json = await batch.JsonAsync();
        Assert.Equal((2, 1, 2), (json.GetProperty("stored").GetInt32(), json.GetProperty("seq_first").GetInt32(), json.GetProperty("seq_last").GetInt32()));
        Assert.Null(batch.Header("ETag"));
        var patch = await SendAsync(ns, "PATCH", "/memories/1", """{"payload":{"a":null,"b":2},"importance":3,"expires_at":"2030-01-01T00:00:00Z"}""");
        Assert.Equal("\"3\"", patch.Header("ETag"));
        var memory = (await (await SendAsync(ns, "GET", "/memories/1")).JsonAsync()).GetProperty("memory");
        Assert.Equal("""{"b":2}""", memory.GetProperty("payload").GetRawText());
        Assert.Equal("3.0", memory.GetProperty("importance").GetRawText());
        Assert.Equal("2030-01-01T00:00:00.000000+00:00", memory.GetProperty("expires_at").GetString());
        await SendAsync(ns, "PATCH", "/memories/1", """{"expires_at":null}""");
        memory = (await (await SendAsync(ns, "GET", "/memories/1")).JsonAsync()).GetProperty("memory");
        Assert.Equal(JsonValueKind.Null, memory.GetProperty("expires_at").ValueKind);
        Assert.Equal("""{"coord":"1.0","deleted":true,"seq":5}""", await (await SendAsync(ns, "DELETE", "/memories/1?purge=true")).Content.ReadAsStringAsync());
        Assert.True(Assert.IsType<DeleteMemory>(gateway.Grains.Namespace("default", ns).Commands.Last().Operations.Single()).Purge);
        Assert.Equal("""{"coord":"1.0","deleted":false,"seq":5}""", await (await SendAsync(ns, "DELETE", "/memories/1")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Listings_carry_a_cursor_until_the_last_page()
    {
        var ns = Guid.NewGuid().ToString("N");
        await SendAsync(ns, "POST", "/memories/batch", """{"items":[{"coord":"1","payload":{}},{"coord":"2","payload":{}}]}""");
        var first = await (await SendAsync(ns, "GET", "/memories?limit=1&order=importance&desc=true&memory_type=belief&filters=%7B%22a%22:1%7D")).JsonAsync();
        Assert.Equal("next", first.GetProperty("next_cursor").GetString());
        var query = gateway.Grains.Namespace("default", ns).LastList!;
        Assert.Equal((1, ListOrder.Importance, true, MemoryType.Belief), (query.Limit, query.Order, query.Descending, query.Type!.Value));
        Assert.Equal("""{"a":1}"""u8.ToArray(), query.Filter);
        var last = await (await SendAsync(ns, "GET", "/memories?cursor=next")).JsonAsync();
        Assert.Equal(JsonValueKind.Null, last.GetProperty("next_cursor").ValueKind);
        Assert.Equal(2, last.GetProperty("memories").GetArrayLength());
    }

    [Fact]
    public async Task Deleting_many_gives_the_count_and_past_the_deadline_a_504_with_it()
    {
        var ns = Guid.NewGuid().ToString("N");
        await SendAsync(ns, "POST", "/memories/batch", """{"items":[{"coord":"1","payload":{}},{"coord":"2","payload":{}}]}""");
        Assert.Equal("""{"deleted":1}""", await (await SendAsync(ns, "POST", "/memories/delete", """{"coords":["1"],"dry_run":true}""")).Content.ReadAsStringAsync());
        Assert.Equal("""{"deleted":2}""", await (await SendAsync(ns, "POST", "/memories/delete", """{"filters":{"a":{"$exists":false}}}""")).Content.ReadAsStringAsync());
        gateway.Grains.Namespace("default", ns).DeleteManyIsComplete = false;
        var late = await SendAsync(ns, "POST", "/memories/delete", """{"coords":["1"]}""");
        Assert.Equal(504, (int)late.StatusCode);
        var problem = await late.JsonAsync();
        Assert.Equal("partly_applied", problem.GetProperty("outcome").GetString());
        Assert.Equal(0, problem.GetProperty("deleted").GetInt32());
    }

    [Fact]
    public async Task Every_route_answers_under_the_version_prefix_too()
    {
        await gateway.SendAsync("POST", "/api/v1/memories", """{"coord":"90","payload":{"a":1}}""");
        Assert.Equal(200, (int)(await gateway.SendAsync("GET", "/api/v1/memories/90")).StatusCode);
        Assert.Equal(200, (int)(await gateway.SendAsync("POST", "/api/v1/memories/search", """{"query":"a"}""")).StatusCode);
        Assert.Equal("""{"ping":"pong"}""", await gateway.SendAsync("GET", "/api/v1/ping").TextAsync());
    }
}
