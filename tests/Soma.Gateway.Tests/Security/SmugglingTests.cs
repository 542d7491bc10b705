using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Security;

/// <summary>Requests whose end, lines or host could be read in two ways: a proxy in front must never see other requests than the service.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class SmugglingTests(SharedSoma shared)
{
    private const string Body = """{"id":"smuggler","payload":{}}""";

    // 30 bytes, as a chunk.
    private const string Chunks = "1e\r\n" + Body + "\r\n0\r\n\r\n";

    private readonly SomaHost _soma = shared.Host;

    [Theory]
    [InlineData("two lengths", "Content-Length: 30\r\nContent-Length: 5\r\n\r\n" + Body)]
    [InlineData("a list of lengths", "Content-Length: 30, 30\r\n\r\n" + Body)]
    [InlineData("a negative length", "Content-Length: -1\r\n\r\n" + Body)]
    [InlineData("a length in hex", "Content-Length: 0x1e\r\n\r\n" + Body)]
    [InlineData("length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunks)]
    [InlineData("chunks and length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + Chunks)]
    [InlineData("an unknown coding", "Transfer-Encoding: xchunked\r\n\r\n" + Chunks)]
    [InlineData("chunks that are not last", "Transfer-Encoding: chunked, identity\r\n\r\n" + Chunks)]
    [InlineData("a blank before the colon", "Transfer-Encoding : chunked\r\nContent-Length: 30\r\n\r\n" + Body)]
    [InlineData("a folded line", "X-A: b\r\n Content-Length: 0\r\nContent-Length: 30\r\n\r\n" + Body)]
    [InlineData("a bare LF", "X-A: b\nContent-Length: 30\r\n\r\n" + Body)]
    [InlineData("a bare CR", "X-A: b\rContent-Length: 0\r\nContent-Length: 30\r\n\r\n" + Body)]
    [InlineData("a NUL", "X-A: a\0b\r\nContent-Length: 30\r\n\r\n" + Body)]
    [InlineData("a chunk that ends with LF", "Transfer-Encoding: chunked\r\n\r\n1e\n" + Body + "\r\n0\r\n\r\n")]
    [InlineData("a chunk of no number", "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + Body)]
    [InlineData("a chunk of a negative number", "Transfer-Encoding: chunked\r\n\r\n-1\r\n" + Body)]
    [InlineData("a chunk that no number holds", "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" + Body)]
    public async Task A_request_with_two_ends_is_refused_and_nothing_behind_it_is_read(string name, string rest)
    {
        var space = SomaHost.NewNamespace("smuggling");
        var head = $"Host: soma\r\n{RawHttp.Authorization}X-Soma-Namespace: {space}\r\n";
        var smuggled = $"POST /memories HTTP/1.1\r\n{head}Content-Length: 30\r\nConnection: close\r\n\r\n{Body}";

        var answers = await RawHttp.ExchangeAsync(_soma.Address, $"POST /memories HTTP/1.1\r\n{head}{rest}{smuggled}");

        Assert.True(RawHttp.Statuses(answers) is [400], $"{name}: {answers}");
        using var client = _soma.NewClient(space);
        Assert.Equal(404, (await client.GetAnswerAsync("/memories/@smuggler")).Status);
    }

    [Fact]
    public async Task Lines_that_end_with_LF_alone_are_no_request()
    {
        var answers = await RawHttp.ExchangeAsync(_soma.Address, $"GET /ping HTTP/1.1\nHost: soma\nConnection: close\n\n\r\n\r\n");
        Assert.DoesNotContain("pong", answers);
        Assert.True(RawHttp.Statuses(answers) is [400], answers);
    }

    [Theory]
    [InlineData("Host: a\r\nHost: b\r\n")]
    [InlineData("")]
    [InlineData("Host: a b\r\n")]
    [InlineData("Host: a/../b\r\n")]
    [InlineData("Host: soma\r\nX-Forwarded-Host: evil.example\r\nX-Original-URL: /keys\r\nX-Rewrite-URL: /keys\r\n", 200)]
    [InlineData("Host: evil.example\r\n", 200)]
    public async Task A_host_is_one_name_and_nothing_of_it_is_ever_answered(string hosts, int status = 400)
    {
        var answers = await RawHttp.ExchangeAsync(_soma.Address, $"GET /openapi.json HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
        Assert.Equal([status], RawHttp.Statuses(answers));
        Assert.DoesNotContain("evil.example", answers);
    }

    [Theory]
    [InlineData("a%0d%0aX-Evil: 1")]
    [InlineData("a\u001b[2Jb")]
    [InlineData("a\u0085b")]
    [InlineData("a b")]
    public async Task A_request_id_that_could_split_a_header_is_not_echoed(string id)
    {
        var answers = await RawHttp.ExchangeAsync(_soma.Address, $"GET /ping HTTP/1.1\r\nHost: soma\r\nX-Request-ID: {id}\r\nConnection: close\r\n\r\n");
        Assert.DoesNotContain("\r\nX-Evil", answers);
        if (RawHttp.Statuses(answers) is [200])
        {
            Assert.DoesNotContain(id.Contains('%', StringComparison.Ordinal) ? "X-Evil: 1" : id, answers);
        }
        else
        {
            Assert.Equal([400], RawHttp.Statuses(answers));
        }
    }

    [Fact]
    public async Task The_first_of_two_tokens_does_not_hide_the_second()
    {
        foreach (var (first, second) in new[] { ("wrong", SomaHost.Token), (SomaHost.Token, "wrong") })
        {
            var answers = await RawHttp.ExchangeAsync(_soma.Address, $"GET /memories HTTP/1.1\r\nHost: soma\r\nAuthorization: Bearer {first}\r\nAuthorization: Bearer {second}\r\nConnection: close\r\n\r\n");
            Assert.Equal([403], RawHttp.Statuses(answers));
        }
    }

    [Fact]
    public async Task Two_namespaces_are_none()
    {
        var answers = await RawHttp.ExchangeAsync(_soma.Address, $"GET /memories HTTP/1.1\r\nHost: soma\r\n{RawHttp.Authorization}X-Soma-Namespace: a\r\nX-Soma-Namespace: b\r\nConnection: close\r\n\r\n");
        Assert.Equal([400], RawHttp.Statuses(answers));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    public async Task Without_a_setting_no_page_of_another_origin_may_read_or_send(string origin)
    {
        using var client = _soma.NewAnonymousClient();
        foreach (var (method, target) in new[] { (HttpMethod.Options, "/memories"), (HttpMethod.Get, "/stats"), (HttpMethod.Get, "/memories") })
        {
            var answer = await client.CallAsync(method, target, null, ("Origin", origin), ("Access-Control-Request-Method", "DELETE"));
            Assert.Null(answer.Header("Access-Control-Allow-Origin"));
        }
    }
}
