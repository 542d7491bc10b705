namespace Soma.Client;

/// <summary>Whether what a failed call asked for was done.</summary>
public enum Outcome
{
    /// <summary>Nothing was applied.</summary>
    NotApplied,

    /// <summary>It was applied, although the call failed.</summary>
    Applied,

    /// <summary>A deletion of many has deleted some.</summary>
    PartlyApplied,

    /// <summary>The answer was lost. Sent again under the same idempotency key, the write is applied once and its answer given.</summary>
    Unknown,
}

/// <summary>What is known of a failure.</summary>
internal sealed record Failure(string Message, Outcome Outcome, Exception? Cause = null)
{
    public int? Status { get; init; }

    public ProblemDetails? Problem { get; init; }

    public string? RequestId { get; init; }

    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>Every failure of a call, except a cancellation by the caller's own token, which is an <see cref="OperationCanceledException"/>.</summary>
public abstract class SomaException : Exception
{
    private protected SomaException(Failure failure) : base(failure.Message, failure.Cause)
    {
        Outcome = failure.Outcome;
        Status = failure.Status;
        Problem = failure.Problem;
        RequestId = failure.RequestId;
        RetryAfter = failure.RetryAfter;
    }

    /// <summary>Counts all attempts of the call: after a lost answer and a refusal it is still unknown.</summary>
    public Outcome Outcome { get; internal set; }

    /// <summary>The status of the last answer; null if none came.</summary>
    public int? Status { get; }

    /// <summary>What the service says of the failure; null if it was not the service that answered.</summary>
    public ProblemDetails? Problem { get; }

    /// <summary>Names the request in the service's logs; null if no answer came.</summary>
    public string? RequestId { get; }

    /// <summary>How long to wait, where the answer said it.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The key under which the same write can be sent again; null for reads and for what has none.</summary>
    public string? IdempotencyKey { get; internal set; }

    internal static SomaException Of(Failure failure) => failure.Status switch
    {
        401 => new SomaUnauthorizedException(failure),
        403 => new SomaForbiddenException(failure),
        404 => new SomaNotFoundException(failure),
        409 => new SomaConflictException(failure),
        410 => new SomaGoneException(failure),
        412 => new SomaPreconditionFailedException(failure),
        413 => new SomaTooLargeException(failure),
        422 => new SomaValidationException(failure),
        429 => new SomaRateLimitedException(failure),
        502 or 503 => new SomaUnavailableException(failure),
        504 => new SomaDeadlinePassedException(failure),
        507 => new SomaQuotaExceededException(failure),
        >= 500 => new SomaServerException(failure),
        _ => new SomaBadRequestException(failure),
    };
}
