using Orleans.Runtime.Messaging;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Http;

/// <summary>What a failure looks like from outside. Nothing of its inside is shown.</summary>
internal static class Failures
{
    private const int RetryAfterSeconds = 1;

    /// <summary>Null: a fault of this service, to be logged and answered 500.</summary>
    public static Problem? ToProblem(Exception e) => e switch
    {
        OverloadedException { OfSearches: true } => Unavailable("Too many searches are waiting; nothing was applied"),
        OverloadedException => Unavailable("Too many writes are waiting; nothing was applied"),
        StoreUnavailableException => Unavailable("The store cannot be reached; nothing was applied"),
        IndexIncompleteException incomplete => Unavailable(incomplete.Message),
        ReplacedException => Unavailable("The namespace is moving to another silo; nothing was applied"),
        DeadlinePassedException => new Problem(504, "The deadline passed before the request was decided: not applied")
        {
            Outcome = "not_applied",
        },
        OutcomeUnknownException => new Problem(
            504,
            "The deadline passed before the outcome was known: unknown. Send the same request with the same Idempotency-Key again "
            + "to learn it; without a key, read the memory")
        {
            Outcome = "unknown",
        },
        GatewayTooBusyException or LimitExceededException => Unavailable("The service is overloaded"),
        OrleansMessageRejectionException or ConnectionFailedException or ClientNotAvailableException =>
            Unavailable("No silo can be reached"),
        TimeoutException => new Problem(504, "The deadline passed"),
        BadHttpRequestException bad => new Problem(bad.StatusCode, bad.StatusCode == 413 ? "Request entity too large" : "The request could not be read"),
        _ => null,
    };

    private static Problem Unavailable(string detail) => new(503, detail) { RetryAfterSeconds = RetryAfterSeconds };
}
