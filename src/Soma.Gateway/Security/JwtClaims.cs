using Microsoft.IdentityModel.JsonWebTokens;

namespace Soma.Gateway.Security;

/// <summary>Makes a caller of the claims of a token whose signature, issuer, audience and times were checked.</summary>
internal sealed class JwtClaims(JwtOptions options)
{
    private const int MaxSubject = 255;
    private const int MaxNamespaces = 1000;
    private static readonly (string Name, Scopes Scope)[] Known =
        [("read", Scopes.Read), ("write", Scopes.Write), ("delete", Scopes.Delete), ("admin", Scopes.Admin)];

    /// <summary>Whether the text is <c>*</c>, the name of a namespace, or the beginning of one with <c>*</c> behind it.</summary>
    public static bool IsPattern(string text) => text == Caller.Everything || NamespaceKey.IsValidName(text.EndsWith('*') ? text[..^1] : text);

    /// <summary>The caller; null with the reason if the claims do not say who it is, or cannot be read.</summary>
    public Caller? Read(JsonWebToken token, out string? refusal)
    {
        var tenants = Values(token, options.TenantClaim);
        var tenant = tenants.Count == 0 ? options.DefaultTenant : tenants[0];
        var namespaces = Values(token, options.NamespacesClaim);
        refusal = !IsSubject(token.Subject) ? "sub"
            : tenants.Count > 1 || !NamespaceKey.IsValidName(tenant) ? options.TenantClaim
            : namespaces.Count > MaxNamespaces || !namespaces.All(IsPattern) ? options.NamespacesClaim
            // A token that is bound to its client's key is worth nothing without a proof of that key, which this service does not read.
            : token.Claims.Any(claim => claim.Type == "cnf") ? "cnf"
            : null;
        return refusal is not null ? null : new Caller
        {
            Id = $"jwt:{token.Subject}",
            By = $"{token.Subject} (jwt)",
            Tenant = tenant,
            Namespaces = token.TryGetPayloadValue<object>(options.NamespacesClaim, out _) ? namespaces : options.DefaultNamespaces,
            Scopes = ReadScopes(token),
        };
    }

    private Scopes ReadScopes(JsonWebToken token)
    {
        var named = Values(token, options.ScopeClaim);
        var scopes = Scopes.None;
        foreach (var (name, scope) in Known)
        {
            scopes |= named.Contains(options.ScopePrefix + name) ? scope : Scopes.None;
        }

        return scopes;
    }

    /// <summary>The texts of a claim that is one text with blanks between, or a list.</summary>
    private static List<string> Values(JsonWebToken token, string name) =>
        [.. token.Claims.Where(claim => claim.Type == name).SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>The subject stands in logs and in the history, so it must not break a line or turn the direction of the text.</summary>
    private static bool IsSubject(string? subject) =>
        subject is { Length: > 0 and <= MaxSubject } && !string.IsNullOrWhiteSpace(subject) && !subject.Any(IsUnprintable);

    private static bool IsUnprintable(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
}
