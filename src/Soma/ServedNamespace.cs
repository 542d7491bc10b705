using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Soma.Grains;

namespace Soma;

/// <summary>A namespace of a running service, as the commands reach it over HTTP. A busy service is asked again for some minutes.</summary>
internal sealed class ServedNamespace : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly Retrying<Attempt> _retrying;

    public ServedNamespace(HttpClient http, NamespaceKey key, TimeProvider clock)
    {
        Key = key;
        _retrying = new Retrying<Attempt>(FirstPause, LongestPause, attempt => attempt.IsBusy ? attempt.RetryAfter ?? TimeSpan.Zero : null, clock);
        _http = http;
        _http.DefaultRequestHeaders.Add("X-Soma-Tenant", key.Tenant);
        _http.DefaultRequestHeaders.Add("X-Soma-Namespace", key.Name);
    }

    public NamespaceKey Key { get; }

    /// <summary>The path of the namespace itself.</summary>
    public string Path => $"namespaces/{Uri.EscapeDataString(Key.Name)}";

    public Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>Reads a list page by page, and returns its items.</summary>
    /// <param name="path">The path of a page, up to the value of its cursor.</param>
    /// <param name="items">The member of an answer that holds the items.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<JsonNode> ReadPagesAsync(
        string path, string items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await GetAsync(path + Uri.EscapeDataString(cursor), cancellationToken);
            foreach (var item in page[items]!.AsArray())
            {
                yield return item!;
            }

            cursor = (string?)page["next_cursor"];
        }
    }

    /// <param name="method">Of the request.</param>
    /// <param name="path">Relative to the service's address.</param>
    /// <param name="body">Null: none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="key">Idempotency-Key of a series of commits: past its deadline the request is sent again, and goes on.</param>
    /// <exception cref="StartupException">The service refuses, or cannot be reached.</exception>
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken, string? key = null)
    {
        var attempt = await _retrying.RunAsync(async attempt => await TryAsync(method, path, body, key, attempt), LongestWait, cancellationToken);
        return attempt.Answer ?? throw new StartupException(ExitCode.Failed, attempt.Problem);
    }

    public void Dispose() => _http.Dispose();

    private async Task<Attempt> TryAsync(HttpMethod method, string path, JsonNode? body, string? key, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            if (key is not null)
            {
                request.Headers.Add("Idempotency-Key", key);
            }

            using var response = await _http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode
                ? new Attempt(JsonNode.Parse(text), "", IsBusy: false, null)
                : new Attempt(
                    null,
                    $"{_http.BaseAddress} answered {(int)response.StatusCode}: {text.ReplaceLineEndings(" ")}",
                    response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
                        || (key is not null && response.StatusCode == HttpStatusCode.GatewayTimeout),
                    response.Headers.RetryAfter?.Delta);
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException)
        {
            return new Attempt(null, $"{_http.BaseAddress} cannot be reached: {failure.Message}", IsBusy: false, null);
        }
    }

    private readonly record struct Attempt(JsonNode? Answer, string Problem, bool IsBusy, TimeSpan? RetryAfter);
}
