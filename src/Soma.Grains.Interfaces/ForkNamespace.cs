namespace Soma.Grains.Interfaces;

/// <summary>Asks for an independent copy of a namespace's state at a moment, under a new name.</summary>
[GenerateSerializer, Immutable, Alias("soma.fork-namespace")]
public sealed record ForkNamespace
{
    /// <summary>The name of the copy, in the same tenant.</summary>
    [Id(0)] public string To { get; set; } = "";

    /// <summary>The moment whose state is copied; null: the present.</summary>
    [Id(1)] public Moment? AsOf { get; set; }

    /// <summary>Whether the log up to the moment is copied, with its seqs; else the copy begins with the state.</summary>
    [Id(2)] public bool History { get; set; }

    /// <summary>A repetition under this key gets the first answer. It is kept as long as the copy is.</summary>
    [Id(3)] public IdempotencyKey? Key { get; set; }
}

/// <summary>What was copied.</summary>
[GenerateSerializer, Immutable, Alias("soma.fork-reply")]
public sealed record ForkReply
{
    /// <summary>The newest seq of the copy.</summary>
    [Id(0)] public long Seq { get; init; }

    [Id(1)] public long Memories { get; init; }

    [Id(2)] public long Links { get; init; }

    /// <summary>Why nothing was copied: 400, 404, 409 or 410; null: it was.</summary>
    [Id(3)] public Rejection? Rejection { get; init; }
}
