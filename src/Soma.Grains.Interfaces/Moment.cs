namespace Soma.Grains.Interfaces;

/// <summary>A moment as a client names it: right after a seq, or at a time. The state of a time is that of all writes up to it.</summary>
[GenerateSerializer, Immutable, Alias("soma.moment")]
public readonly record struct Moment
{
    /// <summary>0 is the moment before the first write. Null: <see cref="At"/> names the moment.</summary>
    [Id(0)] public long? Seq { get; init; }

    [Id(1)] public Instant? At { get; init; }
}
