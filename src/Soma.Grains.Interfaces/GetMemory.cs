namespace Soma.Grains.Interfaces;

/// <summary>Asks for one memory by its coordinate.</summary>
[GenerateSerializer, Immutable, Alias("soma.get-memory")]
public sealed record GetMemory
{
    [Id(0)] public required Coordinate Coordinate { get; init; }

    [Id(1)] public required TimeSpan Patience { get; init; }
}

/// <summary>The answer to <see cref="GetMemory"/>.</summary>
[GenerateSerializer, Immutable, Alias("soma.get-memory-reply")]
public sealed record GetMemoryReply
{
    /// <summary>Null: no such memory, or it has expired.</summary>
    [Id(0)] public MemoryRecord? Memory { get; init; }

    /// <summary>The namespace's newest seq that this answer reflects.</summary>
    [Id(1)] public required long HeadSeq { get; init; }
}
