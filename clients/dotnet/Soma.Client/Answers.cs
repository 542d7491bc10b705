using System.Text;
using System.Text.Json;

namespace Soma.Client;

/// <summary>Reads what an answer that is no success says.</summary>
internal static class Answers
{
    public static async Task<SomaException> FailureAsync(HttpResponseMessage response, bool isWrite, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var problem = ProblemOf(body);
        var text = Encoding.UTF8.GetString(body);
        var detail = problem?.Detail ?? (text.Length == 0 ? response.ReasonPhrase : text[..Math.Min(200, text.Length)]);
        // 503 and 507 of the service promise that nothing was applied. Only the service writes problems, so those of a proxy promise nothing.
        var isUndecided = status >= 500 && !(status is 503 or 507 && problem is not null);
        return SomaException.Of(new Failure($"{status}: {detail}", StatedOutcome(problem) ?? (isWrite && isUndecided ? Outcome.Unknown : Outcome.NotApplied))
        {
            Status = status,
            Problem = problem,
            RequestId = response.Headers.TryGetValues("X-Request-ID", out var ids) ? ids.FirstOrDefault() : null,
            RetryAfter = RetryAfter(response),
        });
    }

    private static ProblemDetails? ProblemOf(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, Json.Wire.ProblemDetails) is { Detail.Length: > 0 } problem ? problem : null;
        }
        catch (JsonException)
        {
            // A proxy answered, not the service.
            return null;
        }
    }

    private static Outcome? StatedOutcome(ProblemDetails? problem) => problem?.Outcome switch
    {
        "applied" => Outcome.Applied,
        "not_applied" => Outcome.NotApplied,
        "partly_applied" => Outcome.PartlyApplied,
        "unknown" => Outcome.Unknown,
        _ => null,
    };

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > DateTimeOffset.UtcNow ? date - DateTimeOffset.UtcNow : TimeSpan.Zero,
        _ => null,
    };
}
