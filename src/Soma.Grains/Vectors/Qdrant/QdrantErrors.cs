using System.Net;
using System.Net.Http.Headers;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>Turns Qdrant's error answers into exceptions.</summary>
internal static class QdrantErrors
{
    private const int LongestMessage = 500;

    public static async Task<QdrantException> ReadAsync(HttpResponseMessage response, TimeProvider clock, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        var message = $"Qdrant answered {(int)response.StatusCode}: {MessageOf(body)}";
        return new QdrantException(message, response.StatusCode) { RetryAfter = ReadRetryAfter(response.Headers.RetryAfter, clock) };
    }

    public static QdrantException Broken(Exception failure)
    {
        var neverSent = failure is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
        };
        return new QdrantException($"Qdrant did not answer: {failure.Message}", null, failure) { WasNeverSent = neverSent };
    }

    public static QdrantException Late(TimeSpan timeout) =>
        new($"Qdrant did not answer within {timeout.TotalSeconds:0.###} s.", null);

    /// <summary>
    /// Qdrant accepted the request, but stopped waiting before it was applied. Qdrant reports this timeout with status
    /// 200.
    /// </summary>
    public static QdrantException NotApplied(string status) =>
        new($"Qdrant says of an update that it waited for: {status}.", HttpStatusCode.RequestTimeout);

    // Qdrant rejects an API key in plain text, and reports everything else as {"status":{"error":"..."}}.
    private static string MessageOf(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("status", out var status)
                && status.ValueKind == JsonValueKind.Object && status.TryGetProperty("error", out var error) && error.GetString() is { } message)
            {
                return Shorten(message);
            }
        }
        catch (JsonException)
        {
            // The body is not JSON, so it is used as it is.
        }

        return Shorten(body.Trim());
    }

    private static string Shorten(string text) => text.Length <= LongestMessage ? text : text[..LongestMessage];

    private static TimeSpan? ReadRetryAfter(RetryConditionHeaderValue? header, TimeProvider clock) => header switch
    {
        { Delta: { } wait } => wait,
        { Date: { } until } when until > clock.GetUtcNow() => until - clock.GetUtcNow(),
        _ => null,
    };
}
