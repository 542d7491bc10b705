using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Soma.Grains;

namespace Soma;

/// <summary>What a service answered.</summary>
/// <param name="Text">The body, as it came.</param>
/// <param name="Seq">The namespace's seq after the request; null: the answer is of no namespace.</param>
internal sealed record ServiceAnswer(string Text, long? Seq)
{
    public JsonElement Json { get; } = Text.Length == 0 ? default : JsonElement.Parse(Text);
}

/// <summary>A request to a service.</summary>
/// <param name="Method">Of the request.</param>
/// <param name="Path">Relative to the service's address.</param>
/// <param name="Body">Null: none.</param>
/// <param name="IdempotencyKey">Of a write: past its deadline the request is sent again, and goes on. Null: a read, or a write that the service has no such key for.</param>
internal sealed record ServiceCall(HttpMethod Method, string Path, JsonNode? Body = null, string? IdempotencyKey = null)
{
    /// <summary>A header of this request, such as <c>If-Match</c>; null: none.</summary>
    public (string Name, string Value)? Header { get; init; }

    /// <summary>Whether the request changes nothing, whatever its method.</summary>
    public bool IsRead { get; init; } = Method == HttpMethod.Get;

    /// <summary>Of a write without a key: whether doing it twice is the same as once, such as making the same settings.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>Whether the request may be sent twice.</summary>
    public bool IsRepeatable => IsRead || IsIdempotent || IdempotencyKey is not null;
}

/// <summary>A running service and a namespace of it, as the commands reach it over HTTP. A busy service is asked again until the patience is over.</summary>
internal sealed class ServedNamespace : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly Retrying<Attempt> _retrying;
    private readonly TimeSpan _patience;

    public ServedNamespace(HttpClient http, NamespaceKey key, TimeProvider clock)
        : this(http, key.Name, key.Tenant, LongestWait, clock)
    {
    }

    /// <param name="http">Sends the token.</param>
    /// <param name="name">The namespace; null: the service decides.</param>
    /// <param name="tenant">Its tenant; null: the service decides.</param>
    /// <param name="patience">For how long a service that is busy, or whose connection broke, is asked again.</param>
    /// <param name="clock">Measures it.</param>
    public ServedNamespace(HttpClient http, string? name, string? tenant, TimeSpan patience, TimeProvider clock)
    {
        (_http, _patience, Name) = (http, patience, name);
        _retrying = new Retrying<Attempt>(FirstPause, LongestPause, attempt => attempt.IsBusy ? attempt.RetryAfter ?? TimeSpan.Zero : null, clock);
        if (tenant is not null)
        {
            _http.DefaultRequestHeaders.Add("X-Soma-Tenant", tenant);
        }

        if (name is not null)
        {
            _http.DefaultRequestHeaders.Add("X-Soma-Namespace", name);
        }
    }

    /// <summary>The namespace's name; null: the service decides.</summary>
    public string? Name { get; }

    public HttpClient Http => _http;

    /// <summary>Where the token comes from, for the line about one that is refused; null: it is left out.</summary>
    public string? TokenSource { get; init; }

    /// <summary>The path of the namespace itself.</summary>
    public string Path => $"namespaces/{Uri.EscapeDataString(Name ?? "default")}";

    public Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(new ServiceCall(HttpMethod.Get, path), cancellationToken);

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

    /// <inheritdoc cref="AskAsync"/>
    public async Task<JsonNode> SendAsync(ServiceCall call, CancellationToken cancellationToken) =>
        JsonNode.Parse((await AskAsync(call, cancellationToken)).Text)!;

    /// <summary>Sends a request, and returns the answer as it came.</summary>
    /// <exception cref="StartupException">The service refuses, or cannot be reached.</exception>
    public async Task<ServiceAnswer> AskAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        // A write whose answer was lost stays unknown until an attempt under the same key is answered.
        var isUnknown = false;
        var key = call.IdempotencyKey;
        Attempt attempt;
        try
        {
            attempt = await _retrying.RunAsync(
                async cancellation =>
                {
                    var tried = await TryAsync(call, isUnknown, cancellation);
                    isUnknown = tried.IsUnknown;
                    return tried;
                },
                _patience,
                cancellationToken);
        }
        catch (OperationCanceledException) when (key is not null && cancellationToken.IsCancellationRequested)
        {
            throw new StartupException(ExitCode.Interrupted, $"interrupted. {Unknown(key)}");
        }

        return attempt.Answer ?? throw (call.IsRead || (key is null && !attempt.IsUnknown) ? new StartupException(attempt.Code, attempt.Problem)
            : attempt.IsUnknown ? new StartupException(ExitCode.OutcomeUnknown, $"{attempt.Problem.TrimEnd('.')}. {Unknown(key)}")
            : new StartupException(attempt.Code, $"{attempt.Problem.TrimEnd('.')}. Nothing was applied."));
    }

    public void Dispose() => _http.Dispose();

    private static string Unknown(string? key) => key is null
        ? "It may have been done."
        : $"The write may have been applied. The same command with --idempotency-key {key} tells, and applies it once.";

    private async Task<Attempt> TryAsync(ServiceCall call, bool wasUnknown, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(call.Method, call.Path);
            request.Content = call.Body is null ? null : new StringContent(call.Body.ToJsonString(), Encoding.UTF8, "application/json");
            if (call.IdempotencyKey is { } key)
            {
                request.Headers.Add("Idempotency-Key", key);
            }

            if (call.Header is (var name, var value))
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var response = await _http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return new Attempt(new ServiceAnswer(text, SeqOf(response)), "", ExitCode.Stopped);
            }

            var (detail, outcome) = ReadProblem(text);
            var isLate = response.StatusCode == HttpStatusCode.GatewayTimeout;
            var isBusy = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;
            return new Attempt(
                null,
                $"{_http.BaseAddress} answered {(int)response.StatusCode}: {detail}{TokenOf(response.StatusCode)}",
                response.StatusCode == HttpStatusCode.NotFound ? ExitCode.NotFound : ExitCode.Failed)
            {
                IsBusy = isBusy || (call.IsRepeatable && isLate),
                IsUnknown = isLate ? outcome != "not_applied" || wasUnknown : wasUnknown && isBusy,
                RetryAfter = response.Headers.RetryAfter?.Delta,
            };
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            var wasSent = failure is not (SocketException or HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError });
            return new Attempt(null, $"{_http.BaseAddress} cannot be reached: {failure.Message}", ExitCode.Failed)
            {
                IsBusy = call.IsRepeatable && (wasSent || wasUnknown),
                IsUnknown = wasSent || wasUnknown,
            };
        }
    }

    private string TokenOf(HttpStatusCode status) =>
        TokenSource is { } source && status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? $" (the token is {source})" : "";

    internal static long? SeqOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Soma-Seq", out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq : null;

    /// <summary>The detail of problem details, or the body itself where it is something else.</summary>
    internal static (string Detail, string? Outcome) ReadProblem(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject problem && (string?)problem["detail"] is { } detail
                ? (detail.ReplaceLineEndings(" ") + ((long?)problem["deleted"] is { } deleted ? $" ({deleted} were deleted so far)" : ""), (string?)problem["outcome"])
                : (text.ReplaceLineEndings(" "), null);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return (text.ReplaceLineEndings(" "), null);
        }
    }

    private sealed record Attempt(ServiceAnswer? Answer, string Problem, ExitCode Code)
    {
        public bool IsBusy { get; init; }

        public bool IsUnknown { get; init; }

        public TimeSpan? RetryAfter { get; init; }
    }
}
