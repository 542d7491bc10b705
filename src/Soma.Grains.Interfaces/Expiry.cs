namespace Soma.Grains.Interfaces;

/// <summary>When a memory ends: at a moment, a time after its commit, or (default) never.</summary>
[GenerateSerializer, Immutable, Alias("soma.expiry")]
public readonly record struct Expiry
{
    [Id(0)] public Instant? At { get; init; }

    [Id(1)] public TimeSpan? After { get; init; }

    /// <summary>The moment for a write committed at <paramref name="now"/>; null: never.</summary>
    public Instant? Resolve(Instant now) =>
        After is { } after ? new Instant(now.Microseconds + (long)after.TotalMicroseconds) : At;
}
