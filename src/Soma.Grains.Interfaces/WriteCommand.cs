namespace Soma.Grains.Interfaces;

/// <summary>One client write: applied whole or not at all, and never split over two commits.</summary>
[GenerateSerializer, Immutable, Alias("soma.write-command")]
public sealed record WriteCommand
{
    [Id(0)] public required WriteOperation[] Operations { get; init; }

    /// <summary>Which body the answer has.</summary>
    [Id(1)] public required AnswerKind Answer { get; init; }

    /// <summary>Under which key the answer is kept so that a retry gets it again; null: not kept.</summary>
    [Id(2)] public IdempotencyKey? Key { get; init; }

    /// <summary>How long the caller will wait, from the command's arrival at the grain.</summary>
    [Id(3)] public required TimeSpan Patience { get; init; }

    /// <summary>Bytes that the command holds in memory while it waits: its share of the queue's bound.</summary>
    [Id(4)] public required int Bytes { get; init; }
}

/// <summary>The shape of a write's answer body.</summary>
[GenerateSerializer, Alias("soma.answer-kind")]
public enum AnswerKind
{
    Store = 0,
    StoreBatch = 1,
    Delete = 2,
    Link = 3,
    Unlink = 4,
}
