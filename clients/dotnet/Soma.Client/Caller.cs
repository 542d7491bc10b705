using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Soma.Client;

internal sealed record Call(HttpMethod Method, string Path)
{
    public JsonObject? Query { get; init; }

    /// <summary>JSON, written once for all attempts.</summary>
    public byte[]? Body { get; init; }

    /// <summary>JSON Lines that are sent as they are, and only once, because a stream cannot be read again.</summary>
    public Stream? Lines { get; init; }

    public string Accept { get; init; } = "application/json";

    public long? LastEventId { get; init; }

    /// <summary>A write is sent under an idempotency key, and its failures say whether it was applied.</summary>
    public bool IsWrite { get; init; }

    /// <summary>The service has no idempotency key for it, so it is sent again only if nothing was sent before.</summary>
    public bool IsOnce { get; init; }
}

/// <summary>Sends calls: with the options' headers, a deadline, and retries under one idempotency key.</summary>
internal sealed class Caller(SomaClientOptions options, HttpClient http)
{
    private readonly string _url = options.Url?.AbsoluteUri.TrimEnd('/') ?? "";

    public SomaClientOptions Options => options;

    public HttpClient Http => http;

    public Task<T> JsonAsync<T>(Call call, JsonTypeInfo<T> type, CallOptions? callOptions, CancellationToken cancellationToken) =>
        SendAsync(call, callOptions, (response, token) => ReadAsync(call, response, type, token), cancellationToken);

    /// <summary>The answer as soon as its head is there. The deadline ends with the head.</summary>
    public Task<HttpResponseMessage> OpenAsync(Call call, CallOptions? callOptions, CancellationToken cancellationToken) =>
        SendAsync(call, callOptions, (response, _) => Task.FromResult(response), cancellationToken);

    /// <summary>100 ms, doubled up to 5 s, of which a random half is taken off: clients that failed together do not come back together.</summary>
    public static TimeSpan BackOff(int attempt) =>
        TimeSpan.FromMilliseconds(Math.Min(5_000, 100 * Math.Pow(2, attempt)) * (0.5 + (RandomNumberGenerator.GetInt32(1000) / 2000.0)));

    public static string RandomKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private async Task<T> SendAsync<T>(
        Call call, CallOptions? callOptions, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var timeout = callOptions?.Timeout ?? options.Timeout;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        var until = timeout == Timeout.InfiniteTimeSpan ? double.MaxValue : Environment.TickCount64 + timeout.TotalMilliseconds;
        var key = call.IsWrite && !call.IsOnce ? (callOptions as WriteOptions)?.IdempotencyKey ?? RandomKey() : null;
        var mayBeApplied = false;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await AttemptAsync(call, () => RequestAsync(call, callOptions, key, deadline.Token), read, deadline.Token, cancellationToken);
            }
            catch (SomaException failure)
            {
                mayBeApplied = (mayBeApplied && !IsDecided(failure)) || failure.Outcome == Outcome.Unknown;
                var delay = failure.RetryAfter ?? BackOff(attempt);
                var isRepeatable = call.Lines is null && (!call.IsOnce || failure.Outcome == Outcome.NotApplied);
                if (!IsRetried(failure) || !isRepeatable || attempt >= options.Retries || Environment.TickCount64 + delay.TotalMilliseconds >= until)
                {
                    (failure.Outcome, failure.IdempotencyKey) = (mayBeApplied ? Outcome.Unknown : failure.Outcome, key);
                    throw;
                }

                await Task.Delay(delay, cancellationToken);
            }
        }
    }

    private async Task<T> AttemptAsync<T>(
        Call call, Func<Task<HttpRequestMessage>> make, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken deadline,
        CancellationToken cancellationToken)
    {
        var lost = Outcome.NotApplied;
        HttpRequestMessage? request = null;
        HttpResponseMessage? response = null;
        var isOpen = false;
        try
        {
            request = await make();
            lost = call.IsWrite ? Outcome.Unknown : Outcome.NotApplied;
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline);
            if (!response.IsSuccessStatusCode)
            {
                throw await Answers.FailureAsync(response, call.IsWrite, deadline);
            }

            var result = await read(response, deadline);
            isOpen = ReferenceEquals(result, response);
            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested)
        {
            throw new SomaDeadlinePassedException(new Failure("The deadline passed before the answer", lost, e));
        }
        catch (HttpRequestException e) when (IsBeforeSending(e.HttpRequestError))
        {
            throw new SomaUnavailableException(new Failure($"No connection to {_url}: {e.Message}", Outcome.NotApplied, e));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            throw new SomaConnectionLostException(new Failure($"The connection to {_url} broke: {e.Message}", lost, e));
        }
        finally
        {
            request?.Dispose();
            if (!isOpen)
            {
                response?.Dispose();
            }
        }
    }

    private static async Task<T> ReadAsync<T>(Call call, HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            var message = $"The answer is not what the service answers: {e.Message}";
            throw new SomaServerException(new Failure(message, call.IsWrite ? Outcome.Unknown : Outcome.NotApplied, e));
        }
    }

    private async Task<HttpRequestMessage> RequestAsync(Call call, CallOptions? callOptions, string? key, CancellationToken cancellationToken)
    {
        // The path goes out as it was escaped: a key may hold what a URL would otherwise lose.
        var url = new Uri(_url + call.Path + Json.QueryText(call.Query), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(call.Method, url);
        if (call.Body is not null)
        {
            request.Content = new ByteArrayContent(call.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }
        else if (call.Lines is not null)
        {
            request.Content = new StreamContent(call.Lines) { Headers = { ContentType = new MediaTypeHeaderValue("application/jsonl") } };
        }

        var token = options.TokenSource is null ? options.Token : await options.TokenSource(cancellationToken);
        var read = callOptions as ReadOptions;
        var condition = callOptions as ConditionalOptions;
        Set("Accept", call.Accept);
        Set("Authorization", string.IsNullOrEmpty(token) ? null : $"Bearer {token}");
        Set("X-Soma-Namespace", options.Namespace);
        Set("X-Soma-Tenant", options.Tenant);
        Set("Idempotency-Key", key);
        Set("If-Match", condition is { MustExist: true } ? "*" : condition?.IfMatch is { } seq ? $"\"{seq}\"" : null);
        Set("If-None-Match", condition is { MustNotExist: true } ? "*" : null);
        Set("X-Soma-Min-Seq", read?.MinSeq?.ToString(CultureInfo.InvariantCulture));
        Set("Last-Event-ID", call.LastEventId?.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in options.Headers.Concat(callOptions?.Headers ?? new Dictionary<string, string>()))
        {
            Set(name, value);
        }

        return request;

        void Set(string name, string? value)
        {
            if (value is not null)
            {
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    private static bool IsRetried(SomaException failure) => failure is SomaUnavailableException || failure.Status is 429 or 502 or 503 or 504;

    private static bool IsBeforeSending(HttpRequestError error) =>
        error is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError;

    /// <summary>The service has looked for the idempotency key, and refused all the same: no earlier attempt was applied either.</summary>
    private static bool IsDecided(SomaException failure) =>
        failure.Problem is not null && failure.Status is 400 or 404 or 409 or 410 or 412 or 413 or 415 or 422 or 507;
}
