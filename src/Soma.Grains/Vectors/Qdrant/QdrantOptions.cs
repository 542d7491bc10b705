namespace Soma.Grains.Vectors.Qdrant;

/// <summary>The address of Qdrant, and the timeouts and retries of its client.</summary>
public sealed record QdrantOptions
{
    /// <summary>
    /// The root URL of Qdrant's REST API, e.g. <c>http://qdrant:6333</c>. Its path, if any, is put before the path of
    /// every request.
    /// </summary>
    public required Uri Url { get; init; }

    /// <summary>The API key, sent in the header <c>api-key</c>; null: no header is sent.</summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// The beginning of every collection's name. Two services that share one Qdrant need different prefixes, because
    /// both number their namespaces from 1.
    /// </summary>
    public string CollectionPrefix { get; init; } = "soma";

    /// <summary>The timeout of one attempt, including the time to connect.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The deadline of a request, over all its attempts and the delays between them.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The delay before the second attempt. It doubles with each further attempt and varies at random by half in either
    /// direction.
    /// </summary>
    public TimeSpan FirstRetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// After this many failures in a row the circuit breaker opens: calls fail at once for <see cref="BreakDuration"/>.
    /// </summary>
    public int FailuresBeforeBreak { get; init; } = 5;

    /// <summary>How long the circuit breaker stays open before it lets one call through.</summary>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(5);
}
