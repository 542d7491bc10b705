using Soma.Grains.Interfaces;

namespace Soma.Grains.Tests.Wire;

/// <summary><see cref="GetMemoryReply"/> as a later version may have it: with members that today's code does not know.</summary>
[GenerateSerializer, Alias("soma.tests.get-memory-reply")]
public sealed record LaterGetMemoryReply
{
    [Id(0)] public MemoryRecord? Memory { get; init; }

    [Id(1)] public required long HeadSeq { get; init; }

    [Id(22)] public string? Plain { get; init; }

    [Id(23)] public int[]? Numbers { get; init; }

    [Id(24)] public LaterPart? Part { get; init; }

    /// <summary>Its type travels with it, by alias.</summary>
    [Id(25)] public object? Anything { get; init; }

    /// <summary>The same object as in <see cref="Memory"/>: it travels as a reference.</summary>
    [Id(26)] public byte[]? Shared { get; init; }
}

/// <summary>A wire type that came later.</summary>
[GenerateSerializer, Alias("soma.tests.later-part")]
public sealed record LaterPart([property: Id(0)] string Name, [property: Id(1)] TimeSpan Age);

/// <summary>An operation that came later.</summary>
[GenerateSerializer, Alias("soma.tests.later-operation")]
public sealed record LaterOperation : WriteOperation
{
    [Id(0)] public required string Name { get; init; }
}

/// <summary>A failure that came later.</summary>
[GenerateSerializer, Alias("soma.tests.later-exception")]
public sealed class LaterException(string message) : SomaException(message)
{
    public override bool IsRetryable => true;
}
