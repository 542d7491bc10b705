namespace Soma.Grains.Interfaces;

/// <summary>What a write came to. A 2xx is durable and visible, and its body is what a retry with the same key gets.</summary>
[GenerateSerializer, Immutable, Alias("soma.write-reply")]
public sealed record WriteReply
{
    /// <summary>HTTP status of the outcome: 200, or that of <see cref="Rejection"/>.</summary>
    [Id(0)] public required int Status { get; init; }

    /// <summary>The answer's JSON, UTF-8; empty for a rejection.</summary>
    [Id(1)] public byte[] Body { get; init; } = [];

    /// <summary>The seq of the command's last row; of the namespace's head where it took none.</summary>
    [Id(2)] public long Seq { get; init; }

    /// <summary>The seq of the written memory's latest write, for <c>ETag</c>; null where there is no one memory.</summary>
    [Id(3)] public long? ETag { get; init; }

    [Id(4)] public Rejection? Rejection { get; init; }
}

/// <summary>Why a write that depends on state was refused. Nothing of it was applied.</summary>
[GenerateSerializer, Immutable, Alias("soma.rejection")]
public sealed record Rejection
{
    /// <summary>400, 404, 409, 412 or 422.</summary>
    [Id(0)] public required int Status { get; init; }

    [Id(1)] public required string Detail { get; init; }

    /// <summary>Places in a batch's <c>items</c> that failed; empty for single writes.</summary>
    [Id(2)] public int[] FailedItems { get; init; } = [];
}
