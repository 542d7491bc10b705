namespace Soma.Grains.Interfaces;

/// <summary>What an access key is for and what it allows. Its token is nowhere, and the token's hash never leaves the silo.</summary>
[GenerateSerializer, Immutable, Alias("soma.access-key")]
public sealed record AccessKey
{
    /// <summary>Keeps grain storage from reading an id as a number, as <see cref="NamespaceKey.Prefix"/> does for names.</summary>
    private const string Prefix = "k/";

    /// <summary>Lower-case letters and digits. It is part of the token, and is no secret.</summary>
    [Id(0)] public string Id { get; init; } = "";

    [Id(1)] public string Name { get; init; } = "";

    [Id(2)] public string Tenant { get; init; } = "";

    /// <summary>Names, beginnings of names that end with <c>*</c>, or <c>*</c> for every namespace of the tenant.</summary>
    [Id(3)] public string[] Namespaces { get; init; } = [];

    [Id(4)] public Scopes Scopes { get; init; }

    /// <summary>When it stops working; null: never.</summary>
    [Id(5)] public Instant? ExpiresAt { get; init; }

    [Id(6)] public CallerLimits Limits { get; init; } = CallerLimits.None;

    [Id(7)] public Instant CreatedAt { get; init; }

    /// <summary>Who made it, as <c>by</c> of the history names them.</summary>
    [Id(8)] public string CreatedBy { get; init; } = "";

    /// <summary>Until when the token before the last rotation works; null: it does not.</summary>
    [Id(9)] public Instant? PreviousUntil { get; init; }

    public static string ToGrainKey(string id) => Prefix + id;

    public static string FromGrainKey(string grainKey) => grainKey[Prefix.Length..];
}

/// <summary>A key whose token was shown.</summary>
/// <param name="Key">The key.</param>
/// <param name="Until">When this token stops working if nothing else is done: the key's expiry, or the end of the overlap after a rotation.</param>
[GenerateSerializer, Immutable, Alias("soma.valid-key")]
public sealed record ValidKey([property: Id(0)] AccessKey Key, [property: Id(1)] Instant? Until);

/// <summary>A key in a list, with what it was used for.</summary>
[GenerateSerializer, Immutable, Alias("soma.listed-key")]
public sealed record ListedKey([property: Id(0)] AccessKey Key, [property: Id(1)] KeyUsage Usage);

/// <summary>What an access key was used for. A gateway counts, and adds it to the stored counts every few seconds.</summary>
[GenerateSerializer, Immutable, Alias("soma.key-usage")]
public sealed record KeyUsage
{
    [Id(0)] public long Requests { get; init; }

    /// <summary>How many memories its writes stored.</summary>
    [Id(1)] public long Memories { get; init; }

    /// <summary>How many bytes of payloads, given texts and brought vectors its writes stored.</summary>
    [Id(2)] public long Bytes { get; init; }

    /// <summary>The time of the newest request; null: there was none.</summary>
    [Id(3)] public Instant? LastUsedAt { get; init; }

    public static KeyUsage operator +(KeyUsage left, KeyUsage right) => new()
    {
        Requests = left.Requests + right.Requests,
        Memories = left.Memories + right.Memories,
        Bytes = left.Bytes + right.Bytes,
        LastUsedAt = left.LastUsedAt is { } time && right.LastUsedAt is { } other ? (time > other ? time : other) : left.LastUsedAt ?? right.LastUsedAt,
    };
}

/// <summary>The grain keys of the lists of access keys.</summary>
public static class AccessKeyIndex
{
    /// <summary>The list of the tenants that have access keys.</summary>
    public const string Tenants = "tenants";

    /// <summary>The list of the ids of a tenant's keys.</summary>
    public static string Of(string tenant) => "t/" + tenant;
}
