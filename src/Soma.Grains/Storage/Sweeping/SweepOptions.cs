using System.ComponentModel.DataAnnotations;

namespace Soma.Grains.Storage.Sweeping;

/// <summary>How expired memories are reclaimed, and superseded versions emptied.</summary>
public sealed record SweepOptions
{
    /// <summary>The time between two looks of a silo for memories to reclaim (<c>SOMA_SWEEP_INTERVAL_SECONDS</c>). Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time between two compactions of a silo (<c>SOMA_COMPACTION_INTERVAL_SECONDS</c>). Default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "24:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan CompactionInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a memory must be over before it is reclaimed, so that a silo whose clock runs ahead reclaims nothing that the
    /// owner still shows; and how long a version must be superseded before it is emptied, whatever the namespace keeps, so that a search
    /// that ranked it finds its content. Default 5 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan ClockSlack { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most memories, versions or receipts of one transaction, which holds the namespace's row meanwhile. Default 500.</summary>
    [Range(1, 10_000)]
    public int SetSize { get; init; } = 500;

    /// <summary>Namespaces that one pass looks at for old receipts, once a minute; and how many a compaction reads at once. Default 5,000.</summary>
    [Range(1, 1_000_000)]
    public int ReceiptPage { get; init; } = 5_000;
}
