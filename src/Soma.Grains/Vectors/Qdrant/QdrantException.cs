using System.Net;
using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>A request that Qdrant did not do.</summary>
/// <param name="message">What Qdrant said, or what became of the connection.</param>
/// <param name="status">Its answer; null: there was none.</param>
/// <param name="inner">What lies behind it.</param>
internal sealed class QdrantException(string message, HttpStatusCode? status, Exception? inner = null) : Exception(message, inner)
{
    public HttpStatusCode? Status => status;

    /// <summary>How long Qdrant asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether no byte of the request left this machine.</summary>
    public bool WasNeverSent { get; init; }

    /// <summary>Every request of ours may be sent twice; these are the failures after which a second time can end better.</summary>
    public bool IsRetryable => Status is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;

    /// <summary>Whether the request may have been applied, or may still be: anything but a plain no.</summary>
    public bool MayBeApplied => !WasNeverSent && Status is null or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;

    /// <summary>What callers of the tier are told.</summary>
    public Exception ToTierException() => Status switch
    {
        HttpStatusCode.NotFound => new VectorSpaceMissingException(Message, this),
        HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity =>
            new VectorTierRejectedException(Message, this),
        _ => new VectorTierUnavailableException(Message, this),
    };
}
