namespace Soma.Gateway.Security;

/// <summary>Which access keys a caller may see and make: none that allows more than the caller has.</summary>
internal static class KeyGrants
{
    /// <summary>Whether the caller may see, rotate and revoke the key. One that the caller may not see does not exist for the caller.</summary>
    public static bool MaySee(this Caller caller, AccessKey key) =>
        caller.MayUseTenant(key.Tenant) && caller.May(key.Scopes) && key.Namespaces.All(caller.Covers);

    /// <summary>
    /// Takes the expiry and the limits of the caller's own key over into a new one, where that one has none.
    /// </summary>
    public static AccessKey Bound(this Caller caller, AccessKey key) => caller.Key is not { } own ? key : key with
    {
        ExpiresAt = key.ExpiresAt ?? own.ExpiresAt,
        Limits = new CallerLimits
        {
            RequestsPerMinute = key.Limits.RequestsPerMinute ?? own.Limits.RequestsPerMinute,
            Memories = key.Limits.Memories ?? own.Limits.Memories,
            Bytes = key.Limits.Bytes ?? own.Limits.Bytes,
        },
    };

    /// <summary>Why the caller may not hold a token of the key; null: the key allows nothing that the caller's own does not.</summary>
    public static Problem? RefuseToken(this Caller caller, AccessKey key)
    {
        if (key.Namespaces.FirstOrDefault(pattern => !caller.Covers(pattern)) is { } beyond)
        {
            return new Problem(403, $"This key may not use the namespace '{beyond}' and cannot give it to another one");
        }

        if (!caller.May(key.Scopes))
        {
            return new Problem(403, $"This key lacks the scope '{ScopeNames.Of(key.Scopes & ~caller.Scopes)[0]}' and cannot give it to another one");
        }

        return caller.Key is not { } own ? null
            : IsBeyond(key.ExpiresAt?.Microseconds, own.ExpiresAt?.Microseconds) ? Exceeds("expires_at")
            : IsBeyond(key.Limits.RequestsPerMinute, own.Limits.RequestsPerMinute) ? Exceeds("limits.requests_per_minute")
            : IsBeyond(key.Limits.Memories, own.Limits.Memories) ? Exceeds("limits.memories")
            : IsBeyond(key.Limits.Bytes, own.Limits.Bytes) ? Exceeds("limits.bytes")
            : null;
    }

    private static bool IsBeyond(long? value, long? own) => own is { } most && (value is null || value > most);

    private static Problem Exceeds(string what) => new(403, $"{what} of the key goes beyond that of this key");
}

/// <summary>The names of scopes in requests and answers.</summary>
internal static class ScopeNames
{
    public static (string Name, Scopes Value)[] All { get; } =
        [("read", Scopes.Read), ("write", Scopes.Write), ("delete", Scopes.Delete), ("admin", Scopes.Admin)];

    public static string[] Of(Scopes scopes) => [.. All.Where(scope => scopes.HasFlag(scope.Value)).Select(scope => scope.Name)];
}
