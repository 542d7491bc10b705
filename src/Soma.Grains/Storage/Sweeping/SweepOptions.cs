using System.ComponentModel.DataAnnotations;

namespace Soma.Grains.Storage.Sweeping;

/// <summary>How expired memories are reclaimed.</summary>
public sealed record SweepOptions
{
    /// <summary>The time between two looks of a silo for memories to reclaim (<c>SOMA_SWEEP_INTERVAL_SECONDS</c>). Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a memory must be over before it is reclaimed, so that a silo whose clock runs ahead reclaims nothing that the
    /// owner still shows. Default 5 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan ClockSlack { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most memories or receipts of one transaction, which holds the namespace's row meanwhile. Default 500.</summary>
    [Range(1, 10_000)]
    public int SetSize { get; init; } = 500;

    /// <summary>Namespaces that one pass looks at for old receipts, once a minute. Default 5,000.</summary>
    [Range(1, 1_000_000)]
    public int ReceiptPage { get; init; } = 5_000;
}
