using System.Net;
using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>A request to Qdrant failed.</summary>
/// <param name="message">Qdrant's message, or the failure of the connection.</param>
/// <param name="status">The HTTP status of the answer; null: there was no answer.</param>
/// <param name="inner">The exception that caused this one.</param>
internal sealed class QdrantException(string message, HttpStatusCode? status, Exception? inner = null) : Exception(message, inner)
{
    public HttpStatusCode? Status => status;

    /// <summary>How long Qdrant asks clients to wait before the next request.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the request was certainly not sent, not even in part.</summary>
    public bool WasNeverSent { get; init; }

    /// <summary>
    /// Whether a retry may succeed after this failure. A retry is always safe, because every request is idempotent.
    /// </summary>
    public bool IsRetryable => Status is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;

    /// <summary>
    /// Whether the request may have been applied, or may still be applied. Only a clear rejection rules that out.
    /// </summary>
    public bool MayBeApplied => !WasNeverSent && Status is null or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;

    /// <summary>Converts this exception to the one that callers of the vector tier get.</summary>
    public Exception ToTierException() => Status switch
    {
        HttpStatusCode.NotFound => new VectorSpaceMissingException(Message, this),
        HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity =>
            new VectorTierRejectedException(Message, this),
        _ => new VectorTierUnavailableException(Message, this),
    };
}
