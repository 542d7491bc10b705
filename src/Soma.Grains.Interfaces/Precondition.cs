namespace Soma.Grains.Interfaces;

/// <summary>What must be true of the memory at the moment its batch is formed; else the answer is 412.</summary>
[GenerateSerializer, Immutable, Alias("soma.precondition")]
public readonly record struct Precondition
{
    /// <summary><c>If-Match: "seq"</c>: the memory exists and this is its latest write.</summary>
    [Id(0)] public long? Seq { get; init; }

    /// <summary><c>If-Match: *</c>: the memory exists.</summary>
    [Id(1)] public bool MustExist { get; init; }

    /// <summary><c>If-None-Match: *</c>: the memory does not exist.</summary>
    [Id(2)] public bool MustNotExist { get; init; }

    /// <summary>Whether a memory whose latest write is <paramref name="current"/> (null: none) meets the condition.</summary>
    public bool Holds(long? current) =>
        (Seq is null || Seq == current) && (!MustExist || current is not null) && (!MustNotExist || current is null);
}
