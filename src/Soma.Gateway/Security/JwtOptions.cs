namespace Soma.Gateway.Security;

/// <summary>The settings of tokens that an OIDC issuer signs.</summary>
public sealed record JwtOptions
{
    private const int LargestClockSkewSeconds = 60;
    private static readonly string[] Variables =
        ["SOMA_JWT_AUDIENCE", "SOMA_JWT_JWKS_URL", "SOMA_JWT_KEY_FILE", "SOMA_JWT_DEFAULT_TENANT", "SOMA_JWT_DEFAULT_NAMESPACES"];

    /// <summary><c>SOMA_JWT_ISSUER</c>: must equal the claim <c>iss</c> of each token, character by character.</summary>
    public required string Issuer { get; init; }

    /// <summary><c>SOMA_JWT_AUDIENCE</c>: the claim <c>aud</c> of a token must name one of them.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary><c>SOMA_JWT_JWKS_URL</c>: the issuer's keys; null: the issuer's discovery document says where they are.</summary>
    public Uri? JwksUrl { get; init; }

    /// <summary><c>SOMA_JWT_KEY_FILE</c>: the keys are in this file, public keys in PEM or a JWKS, and no issuer is asked.</summary>
    public string? KeyFile { get; init; }

    /// <summary><c>SOMA_JWT_ALLOW_HTTP</c>: whether keys may be fetched without TLS from other machines too.</summary>
    public bool AllowsHttp { get; init; }

    /// <summary><c>SOMA_JWT_TENANT_CLAIM</c>.</summary>
    public string TenantClaim { get; init; } = "soma_tenant";

    /// <summary><c>SOMA_JWT_NAMESPACES_CLAIM</c>.</summary>
    public string NamespacesClaim { get; init; } = "soma_namespaces";

    /// <summary><c>SOMA_JWT_SCOPE_CLAIM</c>.</summary>
    public string ScopeClaim { get; init; } = "scope";

    /// <summary><c>SOMA_JWT_SCOPE_PREFIX</c>: what stands before <c>read</c>, <c>write</c>, <c>delete</c> and <c>admin</c> in the claim.</summary>
    public string ScopePrefix { get; init; } = "soma:";

    /// <summary><c>SOMA_JWT_DEFAULT_TENANT</c>: the tenant of tokens that name none; null: such tokens are refused.</summary>
    public string? DefaultTenant { get; init; }

    /// <summary><c>SOMA_JWT_DEFAULT_NAMESPACES</c>: the namespaces of tokens that name none.</summary>
    public IReadOnlyList<string> DefaultNamespaces { get; init; } = [];

    /// <summary><c>SOMA_JWT_CLOCK_SKEW_SECONDS</c>: how far the clocks of issuer and gateway may differ.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>SOMA_JWT_REFRESH_SECONDS</c>: how often the keys are fetched again.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Returns null if no issuer is set: then there are no such tokens.</summary>
    /// <exception cref="InvalidSettingException">A variable holds a value that is not allowed.</exception>
    /// <exception cref="StartupException">The key file cannot be read, or holds no usable key.</exception>
    public static JwtOptions? Read(SettingsReader settings)
    {
        if (settings.Text("SOMA_JWT_ISSUER") is not { } issuer)
        {
            return Array.Find(Variables, variable => settings.Text(variable) is not null) is { } stray
                ? throw new InvalidSettingException(stray, "is of no use without SOMA_JWT_ISSUER.")
                : null;
        }

        var names = new JwtOptions { Issuer = issuer, Audiences = List(settings, "SOMA_JWT_AUDIENCE") };
        var options = names with
        {
            AllowsHttp = settings.Flag("SOMA_JWT_ALLOW_HTTP", otherwise: false),
            KeyFile = settings.Text("SOMA_JWT_KEY_FILE"),
            TenantClaim = settings.Text("SOMA_JWT_TENANT_CLAIM") ?? names.TenantClaim,
            NamespacesClaim = settings.Text("SOMA_JWT_NAMESPACES_CLAIM") ?? names.NamespacesClaim,
            ScopeClaim = settings.Text("SOMA_JWT_SCOPE_CLAIM") ?? names.ScopeClaim,
            ScopePrefix = settings.Text("SOMA_JWT_SCOPE_PREFIX") ?? names.ScopePrefix,
            DefaultTenant = settings.Text("SOMA_JWT_DEFAULT_TENANT"),
            DefaultNamespaces = List(settings, "SOMA_JWT_DEFAULT_NAMESPACES"),
            ClockSkew = TimeSpan.FromSeconds(settings.Number("SOMA_JWT_CLOCK_SKEW_SECONDS", names.ClockSkew.TotalSeconds, 0, LargestClockSkewSeconds)),
            RefreshInterval = TimeSpan.FromSeconds(settings.Number("SOMA_JWT_REFRESH_SECONDS", names.RefreshInterval.TotalSeconds, 10, 86_400)),
        };
        options.Check();
        return options with { JwksUrl = options.ReadAddress(settings) };
    }

    /// <summary>Whether keys may be fetched from there: with TLS, or from this machine, or where the operator allowed to go without.</summary>
    internal bool MayFetch(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && (AllowsHttp || address.IsLoopback));

    private static string[] List(SettingsReader settings, string variable) =>
        settings.Text(variable)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private void Check()
    {
        // Without an audience, a token that the issuer made for any other service would open this one.
        if (Audiences.Count == 0)
        {
            throw new InvalidSettingException("SOMA_JWT_AUDIENCE", "must be set beside SOMA_JWT_ISSUER.");
        }

        if (DefaultTenant is not null && !NamespaceKey.IsValidName(DefaultTenant))
        {
            throw new InvalidSettingException("SOMA_JWT_DEFAULT_TENANT", "must be 1–128 characters of A-Z a-z 0-9 . _ : @ -.");
        }

        if (!DefaultNamespaces.All(JwtClaims.IsPattern))
        {
            throw new InvalidSettingException("SOMA_JWT_DEFAULT_NAMESPACES", "must be names of namespaces, or beginnings of names with * behind them, with commas between.");
        }

        if (KeyFile is not null)
        {
            JwtKeySet.CheckFile(KeyFile, "SOMA_JWT_KEY_FILE");
        }
    }

    private Uri? ReadAddress(SettingsReader settings)
    {
        const string Variable = "SOMA_JWT_JWKS_URL";
        var text = settings.Text(Variable);
        if (KeyFile is not null)
        {
            return text is null ? null : throw new InvalidSettingException(Variable, "cannot be set beside SOMA_JWT_KEY_FILE.");
        }

        return Uri.TryCreate(text ?? Issuer, UriKind.Absolute, out var address) && MayFetch(address)
            ? text is null ? null : address
            : throw new InvalidSettingException(text is null ? "SOMA_JWT_ISSUER" : Variable, "must be an https URL; http needs a loopback address or SOMA_JWT_ALLOW_HTTP=true.");
    }
}
