namespace Soma.Gateway.Security;

/// <summary>Who sends a request, and what they may do.</summary>
internal sealed record Caller
{
    /// <summary>In <see cref="Namespaces"/>: every namespace of the tenant.</summary>
    public const string Everything = "*";

    /// <summary>The caller with the root token, who may do everything in every tenant.</summary>
    public static Caller Root { get; } = new() { Id = "root", By = "root", Scopes = Scopes.All, IsRoot = true };

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

    /// <summary>The namespace of a request that names none, if the caller has exactly one; else null.</summary>
    public string? OnlyNamespace => Namespaces is [var name] && !name.EndsWith('*') ? name : null;

    public bool May(Scopes scope) => (Scopes & scope) == scope;

    public bool MayUse(NamespaceKey key) => (Tenant is null || Tenant == key.Tenant) && MayUse(key.Name);

    private bool MayUse(string name)
    {
        foreach (var pattern in Namespaces)
        {
            if (pattern.EndsWith('*') ? name.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal) : name == pattern)
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

    public static Identity Wrong { get; } = new(null, new Problem(403, "Invalid token"));
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
