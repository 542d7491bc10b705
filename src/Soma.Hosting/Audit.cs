using Microsoft.Extensions.Logging;

namespace Soma.Hosting;

/// <summary>
/// Writes one log line for each event that an operator may have to account for: who did what to which key or namespace. Lines hold no
/// contents of memories and no secrets, and are written whatever <c>LOG_LEVEL</c> says.
/// </summary>
public static partial class Audit
{
    public const string Category = "Soma.Audit";

    /// <param name="logger">A logger of <see cref="Category"/>.</param>
    /// <param name="event">What happened, such as <c>key_revoked</c>.</param>
    /// <param name="by">Who did it, as history and changes name them.</param>
    /// <param name="tenant">The tenant of the key or namespace.</param>
    /// <param name="namespace">The namespace; null: the event is about none.</param>
    /// <param name="key">The id of the access key; null: the event is about none.</param>
    /// <param name="detail">What else there is to say.</param>
    /// <param name="requestId">The request's id.</param>
    /// <param name="address">Where the request came from.</param>
    [LoggerMessage(
        1, LogLevel.Information,
        "{Event} by {By}: tenant {Tenant}, namespace {Namespace}, key {Key}, {Detail}; request {RequestId} from {Address}", EventName = "Audit")]
    public static partial void Write(
        ILogger logger, string @event, string by, string? tenant, string? @namespace, string? key, string? detail, string? requestId, string? address);
}
