using System.Collections.Concurrent;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Soma.Gateway.Security;

/// <summary>Finds out who sends a token that an issuer signed. Only RS256 and ES256 with the issuer's own keys are accepted.</summary>
/// <remarks>
/// A client is never told why its token is refused; the log is, at debug level. What a token says of keys (<c>jku</c>, <c>x5u</c>,
/// <c>jwk</c>, <c>x5c</c>) is never read. Callers of checked tokens are kept until the token expires or the issuer's keys change,
/// so a request costs no signature check.
/// </remarks>
internal sealed class JwtCallers(JwtOptions options, JwtKeys keys, TimeProvider clock, ILogger<JwtCallers> logger)
{
    public const int MaxTokenLength = 16 * 1024;

    /// <summary>Checked tokens are kept in two halves: when the young one is full, it becomes the old one, and the old one is dropped.</summary>
    internal const int MaxKept = 2 * HalfKept;

    private const int HalfKept = 10_000;
    private static readonly Identity Unavailable = new(null, new Problem(503, "Tokens cannot be checked yet: the issuer's keys have not been read") { RetryAfterSeconds = 1 });

    private readonly JwtClaims _claims = new(options);
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxTokenLength };
    private ConcurrentDictionary<TokenHash, Kept> _young = new();
    private ConcurrentDictionary<TokenHash, Kept> _old = new();

    /// <summary>How many checked tokens are kept.</summary>
    internal int KeptCount => _young.Count + _old.Count;

    /// <summary>Whether a token has the form of a JWT: three parts with dots between.</summary>
    public static bool IsJwt(string token) => token.AsSpan().Count('.') == 2;

    public ValueTask<Identity> IdentifyAsync(string token)
    {
        if (token.Length > MaxTokenLength)
        {
            return ValueTask.FromResult(Refuse("longer than allowed"));
        }

        var hash = TokenHash.Of(token);
        return Find(hash) is { } caller ? ValueTask.FromResult(Identity.Of(caller)) : new ValueTask<Identity>(CheckAsync(token, hash));
    }

    private Caller? Find(TokenHash hash)
    {
        var isKept = _young.TryGetValue(hash, out var kept) || _old.TryGetValue(hash, out kept);
        return isKept && kept.Keys == keys.Current && IsBefore(kept.Expires) ? kept.Caller : null;
    }

    private async Task<Identity> CheckAsync(string token, TokenHash hash)
    {
        var known = keys.Current;
        var result = known is null ? null : await ValidateAsync(token, known);
        if (result is null or { Exception: SecurityTokenSignatureKeyNotFoundException })
        {
            await keys.RefreshAsync();
            if (keys.Current is not { } fresh)
            {
                return Unavailable;
            }

            if (fresh != known)
            {
                (known, result) = (fresh, await ValidateAsync(token, fresh));
            }
        }

        return result is { IsValid: true, SecurityToken: JsonWebToken valid } ? Accept(valid, hash, known!) : Refuse(result?.Exception?.GetType().Name ?? "");
    }

    private Identity Accept(JsonWebToken token, TokenHash hash, JwtKeySet known)
    {
        using var header = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedHeader));
        if (header.RootElement.TryGetProperty("crit", out _))
        {
            // The header demands that a token is refused by who does not understand the extensions that it names; none is understood.
            return Refuse("crit");
        }

        if (_claims.Read(token, out var refusal) is not { } caller)
        {
            return Refuse($"claim {refusal}");
        }

        Keep(hash, new Kept(caller, token.ValidTo, known));
        return Identity.Of(caller);
    }

    private void Keep(TokenHash hash, Kept kept)
    {
        if (_young.Count >= HalfKept)
        {
            _old = _young;
            _young = new ConcurrentDictionary<TokenHash, Kept>();
        }

        _young[hash] = kept;
    }

    private Identity Refuse(string reason)
    {
        Log.JwtRefused(logger, reason);
        return Identity.Wrong;
    }

    private Task<TokenValidationResult> ValidateAsync(string token, JwtKeySet known) => _handler.ValidateTokenAsync(token, new TokenValidationParameters
    {
        ValidIssuer = options.Issuer,
        ValidAudiences = options.Audiences,
        IgnoreTrailingSlashWhenValidatingAudience = false,
        ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256],
        TypeValidator = ValidateType,
        LifetimeValidator = (notBefore, expires, _, _) => expires is { } end && IsBefore(end) && !(clock.GetUtcNow().UtcDateTime + options.ClockSkew < notBefore),
        IssuerSigningKeyResolver = (_, _, id, _) => known.Find(id),
        TryAllIssuerSigningKeys = false,
    });

    private bool IsBefore(DateTime expires) => clock.GetUtcNow().UtcDateTime - options.ClockSkew < expires;

    /// <summary>Tokens that say that they are for something else, such as a logout token, are not taken for access tokens.</summary>
    private static string ValidateType(string type, SecurityToken token, TokenValidationParameters parameters) =>
        type is null or "" || type.ToUpperInvariant() is "JWT" or "AT+JWT" or "APPLICATION/AT+JWT"
            ? type ?? ""
            : throw new SecurityTokenInvalidTypeException("not an access token");

    /// <param name="Caller">Who sends the token.</param>
    /// <param name="Expires">The claim <c>exp</c>.</param>
    /// <param name="Keys">The keys that it was checked with. Of a token that was signed with a key that the issuer has withdrawn, nothing is kept.</param>
    private readonly record struct Kept(Caller Caller, DateTime Expires, JwtKeySet Keys);
}
