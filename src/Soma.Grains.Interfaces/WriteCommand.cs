namespace Soma.Grains.Interfaces;

/// <summary>One write of a client. It is applied completely or not at all, in one commit.</summary>
[GenerateSerializer, Immutable, Alias("soma.write-command")]
public sealed record WriteCommand
{
    [Id(0)] public required WriteOperation[] Operations { get; init; }

    /// <summary>The shape of the answer's body.</summary>
    [Id(1)] public required AnswerKind Answer { get; init; }

    /// <summary>The key under which the answer is kept for retries; null: it is not kept.</summary>
    [Id(2)] public IdempotencyKey? Key { get; init; }

    /// <summary>How long the caller will wait, from the command's arrival at the grain.</summary>
    [Id(3)] public required TimeSpan Timeout { get; init; }

    /// <summary>How many bytes the command holds in memory while it waits. The queue limits the sum of all commands.</summary>
    [Id(4)] public required int Bytes { get; init; }

    /// <summary>Who writes, as the log names them; null: the root token, or an older gateway.</summary>
    [Id(5)] public string? By { get; init; }

    /// <summary>How much <see cref="By"/> may keep; null: as much as the namespace may.</summary>
    [Id(6)] public CallerLimits? Limits { get; init; }
}

/// <summary>The names of writers that are no access keys and no users.</summary>
public static class Writers
{
    /// <summary>The root token. The log keeps no name for it.</summary>
    public const string Root = "root";

    /// <summary>Soma itself: what no client's write has caused.</summary>
    public const string Soma = "soma";
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

/// <summary>Identifies one operation, so that a repetition gets the first answer and is not applied again.</summary>
[GenerateSerializer, Immutable, Alias("soma.idempotency-key")]
public sealed record IdempotencyKey
{
    public const string ClientPrefix = "c:";
    public const string GatewayPrefix = "g:";

    /// <summary><c>c:</c> + the client's <c>Idempotency-Key</c>, or <c>g:</c> + the gateway's operation id.</summary>
    [Id(0)] public required string Value { get; init; }

    /// <summary>SHA-256 of the request: method, route template, key in the route, query, conditions and raw body.</summary>
    [Id(1)] public required byte[] RequestHash { get; init; }

    /// <summary>1 for the first attempt to send this operation, 2 for the gateway's second attempt, and so on.</summary>
    [Id(2)] public int Attempt { get; init; } = 1;

    /// <summary>
    /// For a later attempt, how long before it the first attempt was sent, on the gateway's monotonic clock; null for a first attempt, and
    /// from gateways that do not say.
    /// </summary>
    [Id(3)] public TimeSpan? Age { get; init; }

    /// <summary>How long a receipt under a gateway's key is kept. No gateway sends an operation again after this time.</summary>
    public static TimeSpan GatewayRetention { get; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a receipt under this key is kept: 24 hours for clients' keys.</summary>
    public TimeSpan Retention => IsClients ? TimeSpan.FromHours(24) : GatewayRetention;

    /// <summary>Whether the key must be looked up. A gateway's first attempt cannot have been seen before.</summary>
    public bool NeedsLookup => IsClients || Attempt > 1;

    /// <summary>Whether the gateway made the key.</summary>
    public bool IsGateways => Value.StartsWith(GatewayPrefix, StringComparison.Ordinal);

    private bool IsClients => Value.StartsWith(ClientPrefix, StringComparison.Ordinal);
}

/// <summary>The outcome of a write. With a 2xx the write is durable and visible, and a retry with the same key gets the same body.</summary>
[GenerateSerializer, Immutable, Alias("soma.write-reply")]
public sealed record WriteReply
{
    /// <summary>HTTP status of the outcome: 200, or that of <see cref="Rejection"/>.</summary>
    [Id(0)] public required int Status { get; init; }

    /// <summary>The answer's JSON, UTF-8; empty for a rejection.</summary>
    [Id(1)] public byte[] Body { get; init; } = [];

    /// <summary>The seq of the command's last row, or the newest seq of the namespace if the command took none.</summary>
    [Id(2)] public long Seq { get; init; }

    /// <summary>The seq of the written memory, for <c>ETag</c>; null unless the command wrote exactly one memory.</summary>
    [Id(3)] public long? ETag { get; init; }

    [Id(4)] public Rejection? Rejection { get; init; }
}

/// <summary>Why a request was refused because of the state of the namespace. Nothing was applied.</summary>
[GenerateSerializer, Immutable, Alias("soma.rejection")]
public sealed record Rejection
{
    /// <summary>400, 404, 409, 410, 412, 413, 422 or 507.</summary>
    [Id(0)] public required int Status { get; init; }

    [Id(1)] public required string Detail { get; init; }

    /// <summary>The places in a batch's <c>items</c> that failed; empty for a single write.</summary>
    [Id(2)] public int[] FailedItems { get; init; } = [];
}
