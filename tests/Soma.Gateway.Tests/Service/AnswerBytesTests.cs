using System.Text;
using System.Text.RegularExpressions;

namespace Soma.Gateway.Tests.Service;

/// <summary>Every route's answer, byte for byte as clients have always got it. The golden file was written by the first version.</summary>
public sealed partial class AnswerBytesTests(GatewayUnderTest gateway) : IClassFixture<GatewayUnderTest>
{
    private const string Space = "bytes";

    private static readonly (string Method, string Path, string? Body)[] Requests =
    [
        ("POST", "/memories", """{"coord":"1,-0","payload":{"a": 1,  "b":"ü€😀\/\u0041","timestamp":"2024","seq":5,"n":[1.0,2]},"embedding":[0.5,-2,1e-7],"importance":2.5}"""),
        ("POST", "/memories", """{"coord":"1e300,0.1,1e-5","payload":{"timestamp":null,"x":1,"x":2},"memory_type":"belief","importance":3,"expires_at":4102444800.25}"""),
        ("POST", "/memories/batch", """{"items":[{"coord":"7","payload":{}},{"coord":"8","payload":{"text":"<b>\"&'"},"memory_type":"semantic"}]}"""),
        ("PATCH", "/memories/7", """{"importance":0.25}"""),
        ("GET", "/memories/1,0", null),
        ("GET", "/memories/1,0?flat=true", null),
        ("GET", "/memories/1e300,0.1,0.00001", null),
        ("GET", "/memories/1e300,0.1,0.00001?flat=1", null),
        ("GET", "/memories/99", null),
        ("GET", "/memories/x", null),
        ("GET", "/memories?limit=2", null),
        ("GET", "/memories", null),
        ("GET", "/memories?cursor=bad", null),
        ("GET", "/memories?limit=0&order=up", null),
        ("POST", "/memories/search", """{"query":"a"}"""),
        ("POST", "/memories/search", """{"query":"a","explain":true,"include":["payload","embedding"]}"""),
        ("POST", "/memories/search", """{"query":"a","include":["embedding"],"top_k":2}"""),
        ("POST", "/memories/search", """{"query":"a","include":[],"top_k":1,"offset":7}"""),
        ("GET", "/memories/search?query=a&top_k=1", null),
        ("POST", "/memories/search", """{"query":1,"top_k":0,"filters":{"a":{"$x":1}}}"""),
        ("POST", "/memories", """{"coord":"1","payload":[]}"""),
        ("POST", "/memories/batch", """{"items":[{"payload":{}},{"payload":1}]}"""),
        ("POST", "/graph/link", """{"from_coord":"1","to_coord":"2","link_type":"knows <&>","strength":0.5,"metadata":{"since": 2020.0}}"""),
        ("POST", "/graph/link", """{"from_coord":"1","to_coord":"3,4"}"""),
        ("GET", "/graph/neighbors?coord=1", null),
        ("GET", "/graph/path?from_coord=1&to_coord=2", null),
        ("GET", "/graph/path?from_coord=1&to_coord=9", null),
        ("DELETE", "/graph/link?from_coord=1&to_coord=2&link_type=none", null),
        ("POST", "/memories/delete", """{"coords":["7"]}"""),
        ("DELETE", "/memories/8", null),
        ("GET", "/namespaces/bytes", null),
        ("PUT", "/namespaces/bytes", """{"embedder":"fast","sequence_fields":["chat"],"recency_half_life_days":1.5}"""),
        ("POST", "/namespaces/bytes/reindex", "{}"),
        ("GET", "/stats", null),
        ("GET", "/health", null),
        ("GET", "/healthz", null),
        ("GET", "/readyz", null),
        ("GET", "/health/live", null),
        ("GET", "/health/ready", null),
        ("GET", "/ping", null),
        ("GET", "/nowhere", null),
        ("PUT", "/memories", null),
    ];

    [Fact]
    public async Task Every_answer_has_the_bytes_that_it_always_had()
    {
        var actual = new StringBuilder();
        foreach (var (method, path, body) in Requests)
        {
            actual.Append($"{method} {path} {body}\n{await AnswerAsync(method, path, body)}\n\n");
        }

        gateway.Grains.Namespace("default", Space).DeleteManyIsComplete = false;
        actual.Append($"POST /memories/delete past the deadline\n{await AnswerAsync("POST", "/memories/delete", """{"coords":["1,0"]}""")}\n\n");
        actual.Append($"GET /stats without a token\n{await AnswerAsync("GET", "/stats", null, token: null)}\n");
        GoldenFile.Check("answers.txt", actual.ToString());
    }

    [Fact]
    public async Task Readiness_without_a_store_has_the_bytes_that_it_always_had()
    {
        var away = new GatewayUnderTest();
        away.Grains.System.IsStoreAway = true;
        await away.InitializeAsync();
        using var response = await away.SendAsync(away.Request("GET", "/readyz").With("X-Request-ID", "golden"));
        Assert.Equal(
            """{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"No silo or no store can be reached","kv_store":false,"vector_store":true,"graph_store":false,"request_id":"golden"}""",
            await response.Content.ReadAsStringAsync());
        await away.DisposeAsync();
    }

    private async Task<string> AnswerAsync(string method, string path, string? body, string? token = "Bearer the-root-token")
    {
        var request = gateway.Request(method, path, body)
            .With("X-Soma-Namespace", Space).With("X-Request-ID", "golden").With("Authorization", token);
        using var response = await gateway.SendAsync(request);
        var text = Uptime().Replace(await response.Content.ReadAsStringAsync(), "\"uptime_seconds\":0.0");
        return $"{(int)response.StatusCode} {response.Content.Headers.ContentType} {text}";
    }

    [GeneratedRegex("\"uptime_seconds\":[0-9.e-]+")]
    private static partial Regex Uptime();
}
