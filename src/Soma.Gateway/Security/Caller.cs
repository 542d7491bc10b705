namespace Soma.Gateway.Security;

/// <summary>Who sends a request, and what they may do.</summary>
internal sealed record Caller
{
    /// <summary>In <see cref="Namespaces"/>: every namespace of the tenant.</summary>
    public const string Everything = "*";

    /// <summary>The caller with the root token, who may do everything in every tenant.</summary>
    public static Caller Root { get; } = new() { Id = "root", By = "root", Scopes = Scopes.All, IsRoot = true };

    /// <summary>The caller with an access key.</summary>
    public static Caller Of(AccessKey key) => new()
    {
        Id = key.Id,
        By = $"{key.Name} ({key.Id})",
        Scopes = key.Scopes,
        Tenant = key.Tenant,
        Namespaces = key.Namespaces,
        Limits = key.Limits,
        Key = key,
    };

    /// <summary><c>root</c>, or the id of the access key or the token's subject. Requests and usage are counted by it.</summary>
    public required string Id { get; init; }

    /// <summary>How the log, the history and the audit lines name the caller, such as <c>ci-agent (k3f9)</c>. It reveals no secret.</summary>
    public required string By { get; init; }

    public required Scopes Scopes { get; init; }

    /// <summary>The only tenant of the caller; null: any.</summary>
    public string? Tenant { get; init; }

    /// <summary>The namespaces of the caller: names, or beginnings of names that end with <c>*</c>.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [Everything];

    public CallerLimits Limits { get; init; } = CallerLimits.None;

    public bool IsRoot { get; init; }

    /// <summary>The access key of the request; null: it has another kind of token.</summary>
    public AccessKey? Key { get; init; }

    /// <summary>The kind of the token: <c>root</c>, <c>key</c> or <c>jwt</c>.</summary>
    public string Kind => IsRoot ? "root" : Key is null ? "jwt" : "key";

    /// <summary>The namespace of a request that names none, if the caller has exactly one; else null.</summary>
    public string? OnlyNamespace => Namespaces is [var name] && !name.EndsWith('*') ? name : null;

    public bool May(Scopes scope) => (Scopes & scope) == scope;

    public bool MayUse(NamespaceKey key) => MayUseTenant(key.Tenant) && Covers(key.Name);

    public bool MayUseTenant(string tenant) => Tenant is null || Tenant == tenant;

    /// <summary>Whether all namespaces that a name, or a beginning with <c>*</c>, stands for are the caller's within the tenant.</summary>
    public bool Covers(string nameOrPattern)
    {
        foreach (var pattern in Namespaces)
        {
            // A pattern such as "user-4*" begins with what stands before the star of "user-*", and a name never ends with a star.
            if (pattern.EndsWith('*')
                ? nameOrPattern.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
                : nameOrPattern == pattern)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The result of asking who sends a request.</summary>
/// <param name="Caller">Null: nobody who is known.</param>
/// <param name="Refusal">Why nobody is known; null if <paramref name="Caller"/> is not.</param>
internal readonly record struct Identity(Caller? Caller, Problem? Refusal)
{
    public static Identity Of(Caller caller) => new(caller, null);

    public static Identity None { get; } = new(null, new Problem(401, "Missing bearer token"));

    public static Identity Wrong { get; } = new(null, new Problem(403, "Invalid token") { Challenge = "Bearer error=\"invalid_token\"" });

    /// <summary>An access key that does not exist, which the store had to be asked about. It is answered like every wrong token.</summary>
    public static Identity UnknownKey { get; } = Wrong with { CountsByAddress = true };

    /// <summary>Whether the refusal counts against the rate limit of the sender's address.</summary>
    public bool CountsByAddress { get; init; }
}

/// <summary>The caller travels with the request, from the access control to the handler.</summary>
internal static class CallerOfRequest
{
    private static readonly object _key = new();

    /// <summary>The caller of a request to a protected route. Access control lets no request without a caller through to one.</summary>
    public static Caller Caller(this HttpContext context) =>
        context.FindCaller() ?? throw new InvalidOperationException("This route is not protected, so its requests have no caller.");

    public static Caller? FindCaller(this HttpContext context) => context.Items.TryGetValue(_key, out var caller) ? (Caller?)caller : null;

    public static void SetCaller(this HttpContext context, Caller caller) => context.Items[_key] = caller;
}
