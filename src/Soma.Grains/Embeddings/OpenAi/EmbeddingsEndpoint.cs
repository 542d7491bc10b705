using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Embeddings.OpenAi;

/// <summary>Sends texts to <c>/embeddings</c> until there is an answer, a refusal, or no patience left.</summary>
/// <remarks>Messages name the host and the status: what an endpoint says in words may repeat the key or the text.</remarks>
internal sealed class EmbeddingsEndpoint(HttpClient http, EndpointOptions options, TimeProvider time)
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(100);

    private readonly Retrying<Attempt> _retrying = new(
        options.FirstPause, options.LongestPause, attempt => attempt.Problem is null ? null : attempt.RetryAfter ?? TimeSpan.Zero, time);

    private readonly Uri _address = new UriBuilder(options.Address) { Path = options.Address.AbsolutePath.TrimEnd('/') + "/embeddings" }.Uri;

    /// <returns>A vector a text, as the endpoint gave them; null: it refuses these texts, all or one of them.</returns>
    /// <exception cref="ModelUnavailableException">No answer in time, or one that no further attempt would better.</exception>
    public async Task<float[][]?> AskAsync(IReadOnlyList<string> texts, TimeSpan patience, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new EmbeddingsRequest { Model = options.Model, Input = texts, Dimensions = options.Dimensions }, EmbeddingsJson.Default.EmbeddingsRequest);
        var start = time.GetTimestamp();
        var outcome = await _retrying.RunAsync(
            async attempt => await TryAsync(body, texts.Count, Timeout(patience - time.GetElapsedTime(start)), attempt), patience, cancellationToken);
        return outcome.Problem is null
            ? outcome.Vectors
            : throw new ModelUnavailableException($"The embeddings endpoint at {_address.Authority} {outcome.Problem}.", outcome.Cause);
    }

    // A pause may have taken longer than it should: even then the last attempt is made, since it was promised.
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
        // A proxy's page, or what is left of an answer whose sender broke off: the next may be whole.
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
            // The last two are how some say that one text, or all of them, are too long.
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
