using System.Globalization;
using System.Text;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Security;

/// <summary>Requests that are too large, too deep or too costly in one way each: refused, or answered, and never a failure.</summary>
public sealed class SizeTests(PatientSoma shared) : IClassFixture<PatientSoma>
{
    private const int Million = 1_000_000;

    private static readonly Dictionary<string, (string Path, Func<string> Body, int Status)> Bombs = new()
    {
        ["objects in objects"] = ("/memories", () => "{\"id\":\"d\",\"payload\":" + Repeat("{\"a\":", Million / 2) + "1", 400),
        ["lists in lists"] = ("/memories", () => "{\"id\":\"d\",\"payload\":{\"a\":" + new string('[', 4 * Million), 400),
        ["a number that no double holds"] = ("/memories", () => """{"id":"n","payload":{},"importance":1e400}""", 422),
        ["a payload's number that no double holds"] = ("/memories", () => """{"id":"n","payload":{"a":1e400,"b":-1e400,"c":1e-99999,"d":1e999999999}}""", 200),
        ["a number of a million digits"] = ("/memories", () => $"{{\"id\":\"n\",\"payload\":{{\"a\":{new string('9', Million)}}}}}", 200),
        ["a coordinate of a million numbers"] = ("/memories", () => $"{{\"coord\":\"{Repeat("1,", Million)}1\",\"payload\":{{}}}}", 400),
        ["an id of a million characters"] = ("/memories", () => $"{{\"id\":\"{new string('i', Million)}\",\"payload\":{{}}}}", 422),
        ["a megabyte of escapes"] = ("/memories", () => $"{{\"id\":\"e\",\"payload\":{{\"text\":\"{Repeat("\\u0041", Million / 6)}\"}}}}", 200),
        ["a key twice"] = ("/memories", () => """{"id":"k","payload":{"a":1,"a":2}}""", 200),
        ["a hundred thousand keys"] = ("/memories", () => $"{{\"id\":\"k\",\"payload\":{{{Numbered("\"k{0}\":1", 100_000)}}}}}", 200),
        ["a hundred thousand unknown fields"] = ("/memories", () => $"{{{Numbered("\"f{0}\":1", 100_000)}}}", 422),
        ["a million items"] = ("/memories/batch", () => $"{{\"items\":[{Repeat("{},", Million)}{{}}]}}", 422),
        ["a thousand wrong items"] = ("/memories/batch", () => $"{{\"items\":[{Numbered("{{\"payload\":{0},\"zzz\":1}}", 1000)}]}}", 422),
        ["a thousand $and"] = ("/memories/search", () => Filter(Repeat("{\"$and\":[", 1000) + "{}" + Repeat("]}", 1000)), 400),
        ["thirty $and"] = ("/memories/search", () => Filter(Repeat("{\"$and\":[", 30) + "{}" + Repeat("]}", 30)), 422),
        ["a wide $or"] = ("/memories/search", () => Filter($"{{\"$or\":[{Numbered("{{\"n\":{0}}}", 5000)}]}}"), 422),
        ["thousands of $in"] = ("/memories/search", () => Filter($"{{\"n\":{{\"$in\":[{Numbered("{0}", 20_000)}]}}}}"), 422),
        ["a filter of megabytes"] = ("/memories/search", () => Filter($"{{\"n\":\"{new string('n', Million)}\"}}"), 422),
        ["thousands of hints"] = ("/memories/search", () => Filter($"{{\"_keywords\":[{Numbered("\"w{0}\"", 5000)}]}}"), 422),
        ["a query of half a million words"] = ("/memories/search", () => $"{{\"query\":\"{Numbered("w{0}", 500_000, ' ')}\"}}", 422),
        ["a query of half a million phrases"] = ("/memories/search", () => $"{{\"query\":\"{Repeat("\\\"a b\\\" ", 500_000)}\"}}", 422),
        ["a billion hits"] = ("/memories/search", () => """{"query":"a","top_k":1e9}""", 422),
    };

    private readonly SomaHost _soma = shared.Host;

    public static TheoryData<string> Names => [.. Bombs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_body_that_is_a_bomb_is_answered_and_does_not_go_off(string name)
    {
        var (path, body, status) = Bombs[name];
        using var client = _soma.NewClient(SomaHost.NewNamespace("bombs"));
        var answer = await client.PostAnswerAsync(path, body());
        Assert.True(answer.Status == status, $"{name}: {answer.Status} {answer.Text[..Math.Min(300, answer.Text.Length)]}");
        Assert.InRange(answer.Bytes.Length, 1, 200_000);
        Assert.Equal(200, (await client.PostAnswerAsync("/memories/search", """{"query":"alive?"}""")).Status);
    }

    [Fact]
    public async Task The_longest_query_over_the_longest_memory_leaves_room_for_others()
    {
        using var client = _soma.NewClient(SomaHost.NewNamespace("bombs"));
        (await client.PostAnswerAsync("/memories", $"{{\"id\":\"w\",\"payload\":{{\"text\":\"{Numbered("w{0}", 500_000, ' ')}\"}}}}")).Ok();
        var query = Numbered("w{0}", 6_000, ' ')[..(32 * 1024)];
        foreach (var text in new[] { query, Numbered("\\\"a w{0}\\\"", 2_000, ' ') })
        {
            (await client.PostAnswerAsync("/memories/search", $"{{\"query\":\"{text}\"}}")).Ok();
        }
    }

    [Theory]
    [InlineData(414, "GET /memories/@{0} HTTP/1.1\r\nHost: soma\r\n")]
    [InlineData(414, "GET /memories?cursor={0} HTTP/1.1\r\nHost: soma\r\n")]
    [InlineData(431, "GET /memories HTTP/1.1\r\nHost: soma\r\nX-A: {0}{0}{0}{0}\r\n")]
    [InlineData(431, "GET /memories HTTP/1.1\r\nHost: soma\r\nAuthorization: Bearer {0}{0}{0}{0}\r\n")]
    public async Task A_head_that_is_too_large_is_refused(int status, string head) =>
        Assert.Equal([status], RawHttp.Statuses(await RawHttp.ExchangeAsync(_soma.Address, string.Format(CultureInfo.InvariantCulture, head, new string('a', 10_000)) + "Connection: close\r\n\r\n")));

    [Fact]
    public async Task A_hundred_headers_more_are_refused()
    {
        var many = string.Concat(Enumerable.Range(0, 101).Select(number => $"X-{number}: a\r\n"));
        Assert.Equal([431], RawHttp.Statuses(await RawHttp.ExchangeAsync(_soma.Address, $"GET /ping HTTP/1.1\r\nHost: soma\r\n{many}Connection: close\r\n\r\n")));
    }

    [Fact]
    public async Task A_body_that_declares_terabytes_is_refused_before_it_is_sent()
    {
        var declared = await RawHttp.ExchangeAsync(_soma.Address, $"POST /memories HTTP/1.1\r\nHost: soma\r\n{RawHttp.Authorization}Content-Length: 999999999999\r\n\r\n{{");
        Assert.Equal([413], RawHttp.Statuses(declared));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate, gzip")]
    [InlineData("identity, gzip")]
    public async Task A_compressed_body_is_never_unpacked(string encoding)
    {
        using var client = _soma.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/memories") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"id":"z","payload":{}}""")) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        Assert.Equal(415, (await client.ReadAnswerAsync(request)).Status);
    }

    private static string Filter(string filter) => $"{{\"query\":\"a\",\"filters\":{filter}}}";

    private static string Repeat(string text, int times) => new StringBuilder(text.Length * times).Insert(0, text, times).ToString();

    private static string Numbered(string format, int count, char between = ',') =>
        string.Join(between, Enumerable.Range(0, count).Select(number => string.Format(CultureInfo.InvariantCulture, format, number)));
}
