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

/// <summary>Names one client operation, so that repeating it gives the first answer and applies nothing.</summary>
[GenerateSerializer, Immutable, Alias("soma.idempotency-key")]
public sealed record IdempotencyKey
{
    public const string ClientPrefix = "c:";
    public const string GatewayPrefix = "g:";

    /// <summary><c>c:</c> + the client's <c>Idempotency-Key</c>, or <c>g:</c> + the gateway's operation id.</summary>
    [Id(0)] public required string Value { get; init; }

    /// <summary>SHA-256 of what was asked: method, route template, route coordinate, query, conditions and raw body.</summary>
    [Id(1)] public required byte[] RequestHash { get; init; }

    /// <summary>1 for the first send of this operation; a gateway's later sends count up.</summary>
    [Id(2)] public int Attempt { get; init; } = 1;

    /// <summary>How long a receipt under this key is kept: 24 hours for clients' keys, 10 minutes for gateways'.</summary>
    public TimeSpan Retention => IsClients ? TimeSpan.FromHours(24) : TimeSpan.FromMinutes(10);

    /// <summary>A gateway's first attempt cannot have been seen before: no look-up is needed.</summary>
    public bool NeedsLookup => IsClients || Attempt > 1;

    private bool IsClients => Value.StartsWith(ClientPrefix, StringComparison.Ordinal);
}

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
