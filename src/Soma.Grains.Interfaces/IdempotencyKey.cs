namespace Soma.Grains.Interfaces;

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
