using System.Security.Cryptography;
using Soma.Gateway.Limits;

namespace Soma.Gateway.Security;

/// <summary>
/// Middleware between routing and the handler: checks the token, then the caller's rate limit, before any of the body
/// is read.
/// </summary>
internal sealed class AccessControl(RequestDelegate next, TokenCheck tokens, RateLimiting limits)
{
    public Task InvokeAsync(HttpContext context)
    {
        var route = context.GetEndpoint()?.Metadata.GetMetadata<RouteInfo>();
        if (route is null || route.Access == Access.Open)
        {
            return next(context);
        }

        var verdict = tokens.Check(context.Request.Headers);
        if (route.Access == Access.Protected && verdict != TokenVerdict.Valid)
        {
            return (verdict == TokenVerdict.Missing ? new Problem(401, "Missing bearer token") : new Problem(403, "Invalid token"))
                .ExecuteAsync(context);
        }

        return LimitAsync(context, route, verdict);
    }

    private async Task LimitAsync(HttpContext context, RouteInfo route, TokenVerdict verdict)
    {
        // A request with a wrong token is counted by its address. If each made-up token had a window of its own, public
        // routes would have no limit.
        var caller = verdict == TokenVerdict.Valid ? tokens.Caller : context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        if (await limits.TakeAsync(context, caller, route.RateGroup) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        await next(context);
    }
}

/// <summary>The result of checking a request's token.</summary>
internal enum TokenVerdict
{
    Missing,
    Wrong,
    Valid,
}

/// <summary>
/// Compares a request's token with the root token. How long that takes depends on the request's token alone, so it tells neither
/// the root token's characters nor its length.
/// </summary>
internal sealed class TokenCheck(GatewayOptions options)
{
    private const string Scheme = "Bearer ";
    private const int Padded = 64;
    private readonly byte[] _root = Pad(options.ApiToken, new byte[Padded]).ToArray();

    /// <summary>
    /// The name under which requests with the root token are counted: a hash, so that no store of rate-limit windows
    /// holds the token.
    /// </summary>
    public string Caller { get; } = Convert.ToHexStringLower(Hash("caller:" + options.ApiToken).AsSpan(0, 16));

    /// <summary>
    /// Checks the <c>Authorization</c> header if there is one. Only without it is <c>X-API-Key</c> checked.
    /// </summary>
    public TokenVerdict Check(IHeaderDictionary headers)
    {
        var token = headers.Authorization.Count > 0 ? BearerToken(headers.Authorization.ToString()) : headers["X-API-Key"].ToString();
        if (string.IsNullOrEmpty(token))
        {
            return TokenVerdict.Missing;
        }

        return IsRoot(token) ? TokenVerdict.Valid : TokenVerdict.Wrong;
    }

    private static string? BearerToken(string header) =>
        header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;

    private bool IsRoot(string token) => CryptographicOperations.FixedTimeEquals(Pad(token, stackalloc byte[Padded]), _root);

    /// <summary>
    /// Fills what follows the token with a byte that no UTF-8 text has. A token that does not fit is compared by its hash, which
    /// has another length than a padded one.
    /// </summary>
    private static ReadOnlySpan<byte> Pad(string token, Span<byte> padded)
    {
        if (Encoding.UTF8.GetByteCount(token) > padded.Length)
        {
            return Hash(token);
        }

        padded.Fill(0xFF);
        Encoding.UTF8.GetBytes(token, padded);
        return padded;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
