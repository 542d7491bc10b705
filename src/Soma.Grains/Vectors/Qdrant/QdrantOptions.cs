using System.ComponentModel.DataAnnotations;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>Where Qdrant is, and how patient its client is.</summary>
public sealed record QdrantOptions
{
    /// <summary>The root of its REST interface, e.g. <c>http://qdrant:6333</c>; a path stays in front of every request's.</summary>
    public required Uri Url { get; init; }

    /// <summary>Sent as <c>api-key</c>; null: none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// Names of collections begin with it. Two services on one Qdrant need two, since both number their namespaces from 1.
    /// </summary>
    public string CollectionPrefix { get; init; } = "soma";

    /// <summary>How long one attempt may take, connecting included.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a request may take with all its attempts and the waiting between them.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The wait before the second attempt; doubles with each further one, and is spread by half either way.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan FirstRetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Failures in a row after which calls fail at once for <see cref="BreakDuration"/>.</summary>
    [Range(1, 1_000)]
    public int FailuresBeforeBreak { get; init; } = 5;

    /// <summary>How long calls fail at once before one may try again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(5);
}
