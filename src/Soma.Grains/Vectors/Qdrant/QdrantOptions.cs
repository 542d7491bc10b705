using System.ComponentModel.DataAnnotations;
using System.Net.Security;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>The address of Qdrant, and the timeouts and retries of its client.</summary>
public sealed record QdrantOptions
{
    /// <summary>
    /// The root URL of Qdrant's REST API, e.g. <c>http://qdrant:6333</c>. Its path, if any, is put before the path of
    /// every request.
    /// </summary>
    public required Uri Url { get; init; }

    /// <summary>Decides whether the certificate of Qdrant is trusted; null: the authorities of the machine decide.</summary>
    public RemoteCertificateValidationCallback? CertificateCheck { get; init; }

    /// <summary>The API key, sent in the header <c>api-key</c>; null: no header is sent.</summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// The beginning of every collection's name. Two services that share one Qdrant need different prefixes, because
    /// both number their namespaces from 1.
    /// </summary>
    public string CollectionPrefix { get; init; } = "soma";

    /// <summary>The timeout of one attempt, including the time to connect.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The deadline of a request, over all its attempts and the delays between them.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The delay before the second attempt. It doubles with each further attempt, and is shortened at random by up to a half.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan FirstRetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How many calls within <see cref="FailureWindow"/>, health probes included, make calls fail at once for
    /// <see cref="BreakDuration"/> if half of them fail; at least 2. A small number is enough, because a call that failed was
    /// repeated until its deadline.
    /// </summary>
    [Range(2, 1_000)]
    public int CallsBeforeBreak { get; init; } = 3;

    /// <summary>The time over which failures are counted, at least half a second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "01:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan FailureWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long calls fail at once before one call may try again, at least half a second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "01:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(5);
}
