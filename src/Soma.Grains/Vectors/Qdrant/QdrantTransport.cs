using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Serialization.Metadata;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>Sends a request to Qdrant, and repeats it until its deadline if a retry can help.</summary>
/// <remarks>A retry is always safe, because each request leads to the same state if it is applied twice.</remarks>
internal sealed class QdrantTransport(HttpClient http, QdrantOptions options, TimeProvider clock)
{
    private const string KeyHeader = "api-key";

    private readonly Retrying<QdrantException?> _retrying =
        new(options.FirstRetryDelay, options.Deadline, failure => failure is null ? null : failure.RetryAfter ?? TimeSpan.Zero, clock);

    private readonly string _root = options.Url.GetLeftPart(UriPartial.Path).TrimEnd('/');

    public async Task<QdrantReply<TResult>> SendAsync<TResult>(QdrantRequest<TResult> request, CancellationToken cancellationToken)
    {
        QdrantReply<TResult>? reply = null;
        var isSettled = true;
        var failure = await _retrying.RunAsync(
            async attempt =>
            {
                try
                {
                    reply = new QdrantReply<TResult>(await AttemptAsync(request, attempt), isSettled);
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
        return failure is null ? reply ?? throw new InvalidOperationException("The request was not sent.") : throw failure;
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

    private async Task<TResult> AttemptAsync<TResult>(QdrantRequest<TResult> request, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.AttemptTimeout, clock);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            using var message = Message(request.Method, request.Path);
            message.Content = request.Body?.Invoke();
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw await QdrantErrors.ReadAsync(response, clock, deadline.Token);
            }

            var envelope = await response.Content.ReadFromJsonAsync(request.Answer, deadline.Token)
                ?? throw new JsonException("The answer is null.");
            request.Check?.Invoke(envelope.Result);
            return envelope.Result;
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

/// <summary>A request that can be sent more than once.</summary>
internal sealed record QdrantRequest<TResult>(HttpMethod Method, string Path, JsonTypeInfo<Envelope<TResult>> Answer)
{
    /// <summary>Makes the body, again for each attempt; null: there is no body.</summary>
    public Func<HttpContent>? Body { get; init; }

    /// <summary>Throws a <see cref="QdrantException"/> for an answer that reports a failure although its status is 200.</summary>
    public Action<TResult>? Check { get; init; }
}

/// <summary>An answer. It is settled if no earlier attempt of its request may still be applied.</summary>
internal sealed record QdrantReply<TResult>(TResult Result, bool IsSettled);
