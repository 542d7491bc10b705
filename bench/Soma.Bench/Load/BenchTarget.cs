using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Soma.Bench.Load;

/// <summary>A running service on this machine, and the requests that the measurements send to it.</summary>
/// <remarks>
/// Bodies are made before the clock starts: the measured time is from sending a request until its answer was read.
/// </remarks>
public sealed class BenchTarget : IDisposable
{
    private readonly HttpClient _http;

    /// <exception cref="ArgumentException">The address is not on loopback. A load test must not hit other people's
    /// machines.</exception>
    public BenchTarget(Uri url, string token)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!url.IsLoopback)
        {
            throw new ArgumentException("Only services on 127.0.0.1 or localhost are put under load.", nameof(url));
        }

        Url = url;
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = AcceptsAnyCertificate;
        _http = new HttpClient(handler) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(120) };
        _http.DefaultRequestHeaders.Authorization = new("Bearer", token);
    }

    public Uri Url { get; }

    /// <summary>Services under load are on this machine, so any certificate will do.</summary>
    public static bool AcceptsAnyCertificate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;

    /// <param name="option">The option that holds the address. The second service may have a token of its own, or be the first one under another token.</param>
    public static BenchTarget? Read(BenchArguments arguments, string option = "--url")
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var own = option == "--other" ? arguments.Text("--other-token") : null;
        return arguments.Text(option) is { } url && (own ?? arguments.Text("--token")) is { } token ? new BenchTarget(new Uri(url), token) : null;
    }

    /// <summary>
    /// A memory of about 300 bytes. Its words are drawn from a large vocabulary, so that searches can tell memories
    /// apart.
    /// </summary>
    public static string Memory(string coordinate, int seed) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"coord":"{{coordinate}}","payload":{"text":"{{BenchWords.Sentence(seed, 24)}}","speaker":"{{BenchWords.Sentence(seed + 1, 1)}}","n":{{seed}} } }""");

    public static string Query(int seed, bool isAccurate = false) =>
        $$"""{"query":"{{BenchWords.Sentence(seed, 4)}}","top_k":10,"accurate":{{(isAccurate ? "true" : "false")}}}""";

    public static string Batch(IEnumerable<string> memories) => $$"""{"items":[{{string.Join(',', memories)}}]}""";

    /// <summary>Stores the memories <c>0,0</c> to <c>count-1,0</c> in batches of 500.</summary>
    /// <param name="memory">The JSON of a memory with this coordinate; <see cref="Memory"/> unless given.</param>
    public async Task FillAsync(string space, int count, Func<string, int, string>? memory = null)
    {
        foreach (var batch in Enumerable.Range(0, count).Chunk(500))
        {
            await PostAsync("memories/batch", space, Batch(batch.Select(n => (memory ?? Memory)(string.Create(CultureInfo.InvariantCulture, $"{n},0"), n))));
        }
    }

    public Task PostAsync(string path, string space, string body) => SendAsync(HttpMethod.Post, path, space, body);

    public Task GetAsync(string path, string space) => SendAsync(HttpMethod.Get, path, space, null);

    public Task DeleteAsync(string path, string space) => SendAsync(HttpMethod.Delete, path, space, null);

    public Task<string> GetTextAsync(string path) => _http.GetStringAsync(new Uri(path, UriKind.Relative));

    public async Task<string> SendAsync(HttpMethod method, string path, string space, string? body)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-Soma-Namespace", space);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
    }

    public void Dispose() => _http.Dispose();
}
