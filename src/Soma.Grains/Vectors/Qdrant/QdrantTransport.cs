using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>Sends a request to Qdrant, and repeats it until its deadline if a retry can help.</summary>
/// <remarks>A retry is always safe, because each request leads to the same state if it is applied twice.</remarks>
internal sealed class QdrantTransport(HttpClient http, QdrantOptions options, TimeProvider clock)
{
    private const string KeyHeader = "api-key";

    private readonly Retrying<QdrantException?> _retrying =
        new(options.FirstRetryDelay, options.Deadline, failure => failure is null ? null : failure.RetryAfter ?? TimeSpan.Zero, clock);

    private readonly string _root = options.Url.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>Sends a request with the same body in each attempt.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path under Qdrant's root, with the query.</param>
    /// <param name="body">A message that <see cref="QdrantJson"/> knows; null: there is no body.</param>
    /// <param name="check">Throws a <see cref="QdrantException"/> for an answer that reports a failure although its status is 200.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The result. It is settled if no earlier attempt may still be applied.</returns>
    public async Task<(TResult Result, bool IsSettled)> SendAsync<TResult>(
        HttpMethod method, string path, object? body, Action<TResult>? check, CancellationToken cancellationToken)
    {
        var bytes = body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), QdrantJson.Default);
        Envelope<TResult>? answer = null;
        var isSettled = true;
        var failure = await _retrying.RunAsync(
            async attempt =>
            {
                try
                {
                    answer = await AttemptAsync(method, path, bytes, check, attempt);
                    return null;
                }
                catch (QdrantException failed) when (failed.IsRetryable)
                {
                    isSettled &= !failed.MayBeApplied;
                    return failed;
                }
            },
            options.Deadline,
            cancellationToken);
        return failure is not null ? throw failure
            : answer is null ? throw new InvalidOperationException("The request was not sent.")
            : (answer.Result, isSettled);
    }

    /// <summary>Sends one GET, and returns whether the answer was a success.</summary>
    public async Task<bool> ProbeAsync(string path, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.AttemptTimeout, clock);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            using var message = Message(HttpMethod.Get, path);
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception failure) when (IsBroken(failure) && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<Envelope<TResult>> AttemptAsync<TResult>(
        HttpMethod method, string path, byte[]? body, Action<TResult>? check, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.AttemptTimeout, clock);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            using var message = Message(method, path);
            message.Content = body is null ? null : new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw await QdrantErrors.ReadAsync(response, clock, deadline.Token);
            }

            var answer = (Envelope<TResult>?)await response.Content.ReadFromJsonAsync(typeof(Envelope<TResult>), QdrantJson.Default, deadline.Token)
                ?? throw new JsonException("The answer is null.");
            check?.Invoke(answer.Result);
            return answer;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw QdrantErrors.Late(options.AttemptTimeout);
        }
        catch (Exception failure) when (IsBroken(failure))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw QdrantErrors.Broken(failure);
        }
    }

    // An answer that is not JSON does not come from Qdrant, or was cut short.
    private static bool IsBroken(Exception failure) =>
        failure is HttpRequestException or SocketException or IOException or JsonException or OperationCanceledException;

    private HttpRequestMessage Message(HttpMethod method, string path)
    {
        var message = new HttpRequestMessage(method, _root + path);
        if (options.ApiKey is { } key)
        {
            message.Headers.TryAddWithoutValidation(KeyHeader, key);
        }

        return message;
    }
}
