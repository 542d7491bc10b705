using System.Security.Cryptography;

namespace Soma.Gateway.Security;

/// <summary>
/// Compares a request's token with the root token. How long that takes depends on the request's token alone, so it tells neither
/// the root token's characters nor its length.
/// </summary>
internal sealed class RootToken(GatewayOptions options)
{
    private const int Padded = 64;
    private readonly byte[] _root = Pad(options.ApiToken, new byte[Padded]).ToArray();

    public bool IsRoot(string token) => CryptographicOperations.FixedTimeEquals(Pad(token, stackalloc byte[Padded]), _root);

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
