namespace Soma.Grains.Interfaces;

/// <summary>The limits of one caller; what is null is not limited beyond what holds for every caller.</summary>
[GenerateSerializer, Immutable, Alias("soma.caller-limits")]
public sealed record CallerLimits
{
    public static CallerLimits None { get; } = new();

    /// <summary>How many requests in 60 seconds, over all routes and through all gateways.</summary>
    [Id(0)] public int? RequestsPerMinute { get; init; }

    /// <summary>How many memories the caller's writes may keep in all of its namespaces together.</summary>
    [Id(1)] public long? Memories { get; init; }

    /// <summary>How many bytes of payloads, given texts and brought vectors the caller's writes may keep.</summary>
    [Id(2)] public long? Bytes { get; init; }
}
