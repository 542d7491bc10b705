using System.Text;

namespace Soma.Gateway.Tests.Fuzz;

/// <summary>The request of each index under a seed: a third as a client means it, the others spoiled in one way or several.</summary>
/// <remarks>
/// What HTTP itself forbids (a NUL in the path, bytes outside UTF-8 in a header) is left out: the server refuses that before
/// there is a request, in words of its own.
/// </remarks>
internal static class FuzzRequests
{
    private static readonly string[] OddCoordinates =
    [
        "search", "batch", "delete", "range", "nan", "inf,1", "1e400", "1e308,2", "-0,0", "%D9%A1,2", "1%2F2", "..", "%2e%2e", "1,2,", ",", "%20", "1;2", "0x1,2", "1_000", "%F0%9F%98%80",
        "1.0.0", "+1,-2", "1e-400", "%0A", "%22", "%25", "'", "a%20b", "1,2/history",
    ];

    private static readonly string[] OddQueries =
    [
        "top_k=0", "top_k=-1", "top_k=1001", "top_k=99999999999999999999", "top_k=5.0", "top_k=abc", "limit=0", "limit=1000", "limit=1e3", "offset=-1", "offset=99999999999", "cursor=x",
        "cursor=%FF", "cursor=AAAA", "filters=%7B", "filters=[]", "filters=null", "filters=%7B%22a%22:%7B%22$x%22:1%7D%7D", "order=random", "desc=maybe", "flat=2", "as_of=1", "as_of=yesterday",
        "purge=true", "k_hop=0", "k_hop=6", "direction=up", "max_length=0", "max_length=1000000", "weighted=2", "memory_type=other", "mode=x", "min_score=nan", "min_score=2",
        "embedding=AAAA", "vector=AACAPw==", "include=secrets", "query=%00", "query=%ED%A0%80", "query=" , "&&==&", "=", "coord=", "coord=nan",
    ];

    private static readonly (string, string)[] OddHeaders =
    [
        ("If-Match", "*"), ("If-Match", "\"1\""), ("If-Match", "W/\"1\""), ("If-Match", "garbage"), ("If-Match", "\"99999999999999999999\""), ("If-None-Match", "*"), ("If-None-Match", "\"1\""),
        ("X-Soma-Min-Seq", "0"), ("X-Soma-Min-Seq", "-1"), ("X-Soma-Min-Seq", "9223372036854775807"), ("X-Soma-Min-Seq", "9223372036854775808"), ("X-Soma-Min-Seq", "x"),
        ("Accept", "text/html"), ("Accept", "application/xml;q=0.1"), ("Accept-Encoding", "br, gzip, *;q=0"), ("Content-Encoding", "gzip"), ("X-Request-ID", new string('r', 300)),
        ("X-Request-ID", "a b\tc"), ("traceparent", "00-zz"), ("traceparent", "00-00000000000000000000000000000000-0000000000000000-00"), ("X-Universe", "caf\u00e9"),
        ("Authorization", "Bearer wrong"), ("Authorization", "Basic Zm9vOmJhcg=="), ("Authorization", "Bearer "), ("Authorization", "Bearer \u00e9"), ("Expect", "100-continue"),
        ("Range", "bytes=0-1"), ("If-Modified-Since", "yesterday"), ("X-HTTP-Method-Override", "DELETE"), ("X-Forwarded-For", "1.2.3.4"), ("Origin", "http://evil.example"), ("Cookie", "a=b"),
    ];

    private static readonly string?[] OddContentTypes = [null, "text/plain", "application/json; charset=utf-16", "application/json; charset=\"utf-8\"", "application/problem+json", "multipart/form-data", "garbage", "application/json;;;"];

    private static readonly string[] OddSpaces = ["", " ", "a/b", "../fuzz", "fuzz b", new string('n', 129), "canary,fuzz", "caf\u00e9", "*", "n/canary/canary"];

    private static readonly HttpMethod[] Methods =
        [HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete, HttpMethod.Head, HttpMethod.Options, HttpMethod.Trace, new("BREW"), new("get")];

    public static FuzzRequest Create(int seed, int index)
    {
        var random = new Random(HashCode(seed, index));
        var request = ValidRequests.Next(random) with
        {
            Namespace = FuzzSpaces.Valid[random.Next(FuzzSpaces.Valid.Length)],
            Chunked = random.Next(5) == 0,
        };
        if (random.Next(8) == 0)
        {
            request = request with { Headers = [("Idempotency-Key", $"key-{random.Next(400)}")] };
        }

        for (var mutations = random.Next(3) == 0 ? 0 : random.Next(1, 4); mutations > 0; mutations--)
        {
            request = Mutate(random, request);
        }

        return request;
    }

    // Not HashCode.Combine: that one differs from process to process, and the seed would reproduce nothing.
    private static int HashCode(int seed, int index) => unchecked((seed * 1_000_003) + (index * 7919));

    private static FuzzRequest Mutate(Random random, FuzzRequest request) => random.Next(16) switch
    {
        0 => request with { Method = Methods[random.Next(Methods.Length)] },
        1 => request with { Headers = [.. request.Headers, OddHeaders[random.Next(OddHeaders.Length)]] },
        2 => request with { Headers = [.. request.Headers, ("Idempotency-Key", IdempotencyKey(random))] },
        3 => request with { ContentType = OddContentTypes[random.Next(OddContentTypes.Length)] },
        4 when random.Next(2) == 0 => request with { Namespace = OddSpaces[random.Next(OddSpaces.Length)] },
        4 => request with { Namespace = null },
        5 => request with { Target = WithCoordinate(random, request.Target) },
        6 or 7 => request with { Target = WithQuery(random, request.Target) },
        8 => request with { Target = random.Next(3) switch { 0 => "/api/v1" + request.Target, 1 => request.Target + "/", _ => "/" + request.Target } },
        9 => request with { Body = RandomBytes(random) },
        _ => request with { Body = request.Body is { } body ? Mutations.Spoil(random, body) : random.Next(2) == 0 ? null : "{\"coord\":\"1,2\"}"u8.ToArray() },
    };

    private static string IdempotencyKey(Random random) => random.Next(4) switch
    {
        0 => "",
        1 => new string('k', 255),
        2 => new string('k', 256),
        _ => $"key-{random.Next(400)}",
    };

    private static string WithCoordinate(Random random, string target)
    {
        const string Memories = "/memories/";
        var odd = random.Next(6) switch
        {
            0 => string.Join(',', Enumerable.Repeat("1", random.Next(60, 70))),
            1 => new string('9', random.Next(300, 600)),
            2 => string.Join(',', Enumerable.Repeat("1.2345678901234567e-300", 30)),
            _ => OddCoordinates[random.Next(OddCoordinates.Length)],
        };
        return target.StartsWith(Memories, StringComparison.Ordinal) ? Memories + odd : $"{target}{(target.Contains('?') ? '&' : '?')}coord={odd}&from_coord={odd}";
    }

    private static string WithQuery(Random random, string target) =>
        $"{target}{(target.Contains('?') ? '&' : '?')}{OddQueries[random.Next(OddQueries.Length)]}";

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        return random.Next(2) == 0 ? bytes : Encoding.UTF8.GetBytes(Convert.ToBase64String(bytes));
    }
}
