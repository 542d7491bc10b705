using System.ComponentModel.DataAnnotations;

namespace Soma.Grains.Vectors.Indexing;

/// <summary>How a namespace is indexed.</summary>
public sealed record IndexerOptions
{
    /// <summary>Rows of the log a step, and points a request.</summary>
    [Range(1, 100_000)]
    public int PageSize { get; init; } = 256;

    /// <summary>
    /// How long after a request without an answer it can still be applied, by all experience: a connection's life in a
    /// network that drops it, and a server's queue. What it touched is looked at again only then.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The wait after a failure, before the next step.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often an idle indexer looks whether vectors were refined.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan IdleDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether points carry the weights of words too: of one space a namespace, the one of its texts.</summary>
    public bool IndexesWords { get; init; } = true;
}
