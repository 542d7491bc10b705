using System.Security.Cryptography;
using System.Text;

namespace Soma.Gateway.Security;

/// <summary>The result of checking a request's token.</summary>
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

        return CryptographicOperations.FixedTimeEquals(Hash(token), _root) ? TokenVerdict.Valid : TokenVerdict.Wrong;
    }

    private static string? BearerToken(string header) =>
        header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
