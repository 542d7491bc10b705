using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Embeddings.OpenAi;

/// <summary>Sends texts to <c>/embeddings</c> and retries until there is an answer, a refusal, or the deadline has passed.</summary>
/// <remarks>
/// Error messages name only host and status. The endpoint's own message is left out, because it may repeat the API key or the
/// text.
/// </remarks>
internal sealed class EmbeddingsEndpoint(HttpClient http, EndpointOptions options, TimeProvider time)
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(100);

    private readonly Retrying<Attempt> _retrying = new(
        options.FirstPause, options.LongestPause, attempt => attempt.Problem is null ? null : attempt.RetryAfter ?? TimeSpan.Zero, time);

    private readonly Uri _address = new UriBuilder(options.Address) { Path = options.Address.AbsolutePath.TrimEnd('/') + "/embeddings" }.Uri;

    /// <returns>One vector for each text, as the endpoint sent it; null: the endpoint refuses at least one of these texts.</returns>
    /// <exception cref="ModelUnavailableException">There was no answer before the deadline, or a retry would not help.</exception>
    public async Task<float[][]?> AskAsync(IReadOnlyList<string> texts, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new EmbeddingsRequest { Model = options.Model, Input = texts, Dimensions = options.Dimensions }, EmbeddingsJson.Default.EmbeddingsRequest);
        var start = time.GetTimestamp();
        var outcome = await _retrying.RunAsync(
            async attempt => await TryAsync(body, texts.Count, Timeout(timeout - time.GetElapsedTime(start)), attempt), timeout, cancellationToken);
        return outcome.Problem is null
            ? outcome.Vectors
            : throw new ModelUnavailableException($"The embeddings endpoint at {_address.Authority} {outcome.Problem}.", outcome.Cause);
    }

    // The delay may have taken longer than planned. The last attempt is made even then, because the caller was promised it.
    private TimeSpan Timeout(TimeSpan left) =>
        left > options.AttemptTimeout ? options.AttemptTimeout
        : left > ShortestTimeout ? left
        : ShortestTimeout;

    private async Task<Attempt> TryAsync(byte[] body, int texts, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            using var request = Request(body);
            using var response = await http.SendAsync(request, deadline.Token);
            return response.IsSuccessStatusCode ? await ReadAsync(response, texts, deadline.Token) : Judge(response);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            return Attempt.Failed("did not answer in time", failure);
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or IOException)
        {
            return Attempt.Failed("cannot be reached, or broke the connection", failure);
        }
    }

    private HttpRequestMessage Request(byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (options.ApiKey is { } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return request;
    }

    private static async Task<Attempt> ReadAsync(HttpResponseMessage response, int texts, CancellationToken cancellationToken)
    {
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var answer = await JsonSerializer.DeserializeAsync(body, EmbeddingsJson.Default.EmbeddingsAnswer, cancellationToken);
            return Attempt.Answered((answer ?? new EmbeddingsAnswer()).InOrder(texts));
        }
        // The body is a proxy's error page or an answer that broke off. A retry may get the complete answer.
        catch (Exception failure) when (failure is JsonException or FormatException)
        {
            return Attempt.Failed("gives answers that cannot be read", failure);
        }
    }

    private Attempt Judge(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        return response.StatusCode switch
        {
            // Some endpoints use the last two status codes for texts that are too long, singly or together.
            HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity => Attempt.Refused,
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
                Attempt.Failed($"answers {status}", null) with { RetryAfter = RetryAfter(response) },
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw Final(status, "check SOMA_EMBEDDINGS_API_KEY"),
            HttpStatusCode.NotFound => throw Final(status, "check the address and SOMA_EMBEDDINGS_MODEL"),
            _ => throw Final(status, "check the address"),
        };
    }

    private ModelUnavailableException Final(int status, string advice) =>
        new($"The embeddings endpoint at {_address.Authority} answers {status}; {advice}.");

    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter is not { } after ? null
        : after.Delta ?? (after.Date - time.GetUtcNow());

    private readonly record struct Attempt(float[][]? Vectors, string? Problem, TimeSpan? RetryAfter, Exception? Cause)
    {
        public static Attempt Refused => default;

        public static Attempt Answered(float[][] vectors) => new(vectors, null, null, null);

        public static Attempt Failed(string problem, Exception? cause) => new(null, problem, null, cause);
    }
}
