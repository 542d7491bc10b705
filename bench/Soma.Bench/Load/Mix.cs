using System.Globalization;
using System.Text;

namespace Soma.Bench.Load;

/// <summary>A kind of request that is measured, e.g. <c>store</c>, and the bytes of its requests.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Requests">Finished requests; the n-th that is sent is <c>Requests[n % Requests.Count]</c>.</param>
/// <param name="Bare">The same request for the bare endpoint.</param>
/// <param name="Echo">The same request for the bare endpoint, through a grain; null if the request has no body.</param>
internal sealed record Mix(string Name, IReadOnlyList<byte[]> Requests, byte[] Bare, byte[]? Echo)
{
    private const int Distinct = 4_096;
    private const int Dimensions = 384;
    private const int Centres = 100;
    private const double Spread = 0.7;

    /// <summary>The names that <see cref="Of"/> knows, with what each sends.</summary>
    public static readonly IReadOnlyDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["store"] = "one memory of about 300 bytes, under a key that the service makes",
        ["store-1k"] = "the same with 1 KB",
        ["store-vector"] = "one memory of 300 bytes with a vector of 384 numbers",
        ["batch"] = "500 memories of 300 bytes in one request",
        ["get"] = "one memory by its key",
        ["link"] = "one link between two memories",
        ["neighbors"] = "the memories that one is linked to",
        ["search"] = "four words, hybrid, ten memories back",
        ["search-keyword"] = "the same by words alone",
        ["search-vector"] = "the ten memories nearest to a brought vector, exact",
    };

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="spaces">The namespaces that the requests are spread over.</param>
    /// <param name="memories">How many memories each of them holds, under the keys <c>0,0</c> to <c>memories-1,0</c>.</param>
    /// <param name="token">Sent as the bearer token.</param>
    /// <param name="vocabulary">How many different words the memories and the queries have.</param>
    public static Mix Of(string name, IReadOnlyList<string> spaces, int memories, string token, int vocabulary = BenchWords.Vocabulary)
    {
        var (path, body) = Shape(name, memories, vocabulary);
        var requests = Enumerable.Range(0, Distinct).Select(n => Request(path(n), spaces[n % spaces.Count], token, body(n))).ToList();
        var echo = body(0) is null ? null : Request("/echo" + path(0), spaces[0], token, body(0));
        return new Mix(name, requests, Request(path(0), spaces[0], token, body(0)), echo);
    }

    private static (Func<int, string> Path, Func<int, string?> Body) Shape(string name, int memories, int vocabulary) => name switch
    {
        "store" => (_ => "/memories", n => Memory(n, 24, null, vocabulary)),
        "store-1k" => (_ => "/memories", n => Memory(n, 130, null, vocabulary)),
        "store-vector" => (_ => "/memories", n => Memory(n, 24, Vector(n), vocabulary)),
        "batch" => (_ => "/memories/batch", n => BenchTarget.Batch(Enumerable.Range(0, 500).Select(i => Memory((n % 64 * 500) + i, 24, null, vocabulary)))),
        "get" => (n => string.Create(CultureInfo.InvariantCulture, $"/memories/{n * 31L % memories},0"), _ => null),
        "link" => (_ => "/graph/link", n => Link(n * 31L % memories, n * 37L % memories)),
        "neighbors" => (n => string.Create(CultureInfo.InvariantCulture, $"/graph/neighbors?coord={n * 31L % memories},0"), _ => null),
        "search" => (_ => "/memories/search", n => $$"""{"query":"{{BenchWords.Sentence(n, 4, vocabulary)}}","top_k":10}"""),
        "search-keyword" => (_ => "/memories/search", n => $$"""{"query":"{{BenchWords.Sentence(n, 4, vocabulary)}}","top_k":10,"mode":"keyword"}"""),
        "search-vector" => (_ => "/memories/search", n => $$"""{"embedding":{{Vector(n)}},"top_k":10,"mode":"vector","exact":true}"""),
        _ => throw new ArgumentException($"'{name}' is no mix; there are {string.Join(", ", Names.Keys)}.", nameof(name)),
    };

    /// <summary>A memory without a key, as <see cref="BenchTarget.Memory"/> else.</summary>
    public static string Memory(int seed, int words, string? vector, int vocabulary = BenchWords.Vocabulary) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"payload":{"text":"{{BenchWords.Sentence(seed, words, vocabulary)}}","speaker":"{{BenchWords.Sentence(seed + 1, 1)}}","n":{{seed}}}{{(vector is null ? "" : $",\"embedding\":{vector}")}}}""");

    private static string Link(long from, long to) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"from_coord":"{{from}},0","to_coord":"{{to}},0","link_type":"related"}""");

    /// <summary>
    /// A vector near one of a hundred centres, as a JSON array; the same for the same seed. Texts lie in such clusters. Among vectors without any, a graph
    /// index would find a third of the nearest.
    /// </summary>
    public static string Vector(int seed)
    {
        var (centre, own) = (new Random(seed % Centres), new Random(seed));
        return $"[{string.Join(',', Enumerable.Range(0, Dimensions).Select(_ => (Number(centre) + (Spread * Number(own))).ToString("F5", CultureInfo.InvariantCulture)))}]";

        static double Number(Random random) => (random.NextDouble() * 2) - 1;
    }

    private static byte[] Request(string path, string space, string token, string? body)
    {
        var head = $"{(body is null ? "GET" : "POST")} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nX-Soma-Namespace: {space}\r\n";
        return Encoding.UTF8.GetBytes(body is null
            ? head + "\r\n"
            : string.Create(CultureInfo.InvariantCulture, $"{head}Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));
    }
}
