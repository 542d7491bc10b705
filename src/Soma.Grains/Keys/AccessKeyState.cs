namespace Soma.Grains.Keys;

/// <summary>An access key as grain storage keeps it. It holds hashes of tokens, never a token. Times are microseconds since 1970.</summary>
[GenerateSerializer, Alias("soma.access-key-state")]
public sealed record AccessKeyState
{
    [Id(0)] public string Id { get; set; } = "";

    [Id(1)] public string Name { get; set; } = "";

    [Id(2)] public string Tenant { get; set; } = "";

    [Id(3)] public string[] Namespaces { get; set; } = [];

    [Id(4)] public int Scopes { get; set; }

    [Id(5)] public long? ExpiresAt { get; set; }

    [Id(6)] public int? RequestsPerMinute { get; set; }

    [Id(7)] public long? Memories { get; set; }

    [Id(8)] public long? Bytes { get; set; }

    [Id(9)] public long CreatedAt { get; set; }

    [Id(10)] public string CreatedBy { get; set; } = "";

    /// <summary>The SHA-256 of the token that works.</summary>
    [Id(11)] public byte[] Hash { get; set; } = [];

    /// <summary>The SHA-256 of the token before the last rotation, while that one works too.</summary>
    [Id(12)] public byte[]? PreviousHash { get; set; }

    [Id(13)] public long? PreviousUntil { get; set; }

    /// <summary>A revoked key stays stored, so that its id is never given to another one.</summary>
    [Id(14)] public long? RevokedAt { get; set; }

    public static AccessKeyState Of(AccessKey key, byte[] hash) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Tenant = key.Tenant,
        Namespaces = key.Namespaces,
        Scopes = (int)key.Scopes,
        ExpiresAt = key.ExpiresAt?.Microseconds,
        RequestsPerMinute = key.Limits.RequestsPerMinute,
        Memories = key.Limits.Memories,
        Bytes = key.Limits.Bytes,
        CreatedAt = key.CreatedAt.Microseconds,
        CreatedBy = key.CreatedBy,
        Hash = hash,
    };

    public AccessKeyState Rotate(byte[] hash, Instant? previousUntil) => this with
    {
        Hash = hash,
        PreviousHash = previousUntil is null ? null : Hash,
        PreviousUntil = previousUntil?.Microseconds,
    };

    public AccessKeyState Revoke(Instant now) => this with { RevokedAt = now.Microseconds, PreviousHash = null, PreviousUntil = null };

    public AccessKey ToKey() => new()
    {
        Id = Id,
        Name = Name,
        Tenant = Tenant,
        Namespaces = Namespaces,
        Scopes = (Scopes)Scopes,
        ExpiresAt = ToInstant(ExpiresAt),
        Limits = new CallerLimits { RequestsPerMinute = RequestsPerMinute, Memories = Memories, Bytes = Bytes },
        CreatedAt = new Instant(CreatedAt),
        CreatedBy = CreatedBy,
        PreviousUntil = ToInstant(PreviousUntil),
    };

    private static Instant? ToInstant(long? microseconds) => microseconds is { } time ? new Instant(time) : null;
}

/// <summary>The usage of an access key as grain storage keeps it.</summary>
[GenerateSerializer, Alias("soma.key-usage-state")]
public sealed record KeyUsageState
{
    [Id(0)] public long Requests { get; set; }

    [Id(1)] public long Memories { get; set; }

    [Id(2)] public long Bytes { get; set; }

    [Id(3)] public long? LastUsedAt { get; set; }

    public static KeyUsageState Of(KeyUsage usage) => new()
    {
        Requests = usage.Requests,
        Memories = usage.Memories,
        Bytes = usage.Bytes,
        LastUsedAt = usage.LastUsedAt?.Microseconds,
    };

    public KeyUsage ToUsage() => new()
    {
        Requests = Requests,
        Memories = Memories,
        Bytes = Bytes,
        LastUsedAt = LastUsedAt is { } time ? new Instant(time) : null,
    };
}
