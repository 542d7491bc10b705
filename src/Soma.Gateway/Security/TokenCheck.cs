using System.Security.Cryptography;
using System.Text;

namespace Soma.Gateway.Security;

/// <summary>What a request's token is worth.</summary>
internal enum TokenVerdict
{
    Missing,
    Wrong,
    Valid,
}

/// <summary>Compares a request's token with the root token, by hash and in constant time.</summary>
internal sealed class TokenCheck(GatewayOptions options)
{
    private const string Scheme = "Bearer ";
    private readonly byte[] _root = Hash(options.ApiToken);

    /// <summary>The name of the one token's callers in rate-limit windows: a hash, so that no store of windows holds a token.</summary>
    public string Caller { get; } = Convert.ToHexStringLower(Hash("caller:" + options.ApiToken).AsSpan(0, 16));

    /// <summary>An <c>Authorization</c> header decides; only without one does <c>X-API-Key</c> count.</summary>
    public TokenVerdict Check(IHeaderDictionary headers)
    {
        var token = headers.Authorization.Count > 0 ? BearerToken(headers.Authorization.ToString()) : headers["X-API-Key"].ToString();
        if (string.IsNullOrEmpty(token))
        {
            return TokenVerdict.Missing;
        }

        return CryptographicOperations.FixedTimeEquals(Hash(token), _root) ? TokenVerdict.Valid : TokenVerdict.Wrong;
    }

    private static string? BearerToken(string header) =>
        header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
