using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.Tokens;

namespace Soma.Gateway.Security;

/// <summary>The public keys of an issuer that tokens may be signed with: RSA of 2,048 bits or more for RS256, P-256 for ES256.</summary>
internal sealed class JwtKeySet
{
    // A token without a key id is tried with every key, so their number bounds the work that a forged token costs.
    private const int MaxKeys = 32;
    private const int SmallestRsaKey = 2048;
    private readonly SecurityKey[] _keys;

    private JwtKeySet(string text, SecurityKey[] keys) => (Text, _keys) = (text, keys);

    /// <summary>What the keys were read from.</summary>
    public string Text { get; }

    public int Count => _keys.Length;

    /// <summary>The keys of this id. A key of a PEM file has no id and may have signed any token.</summary>
    public IEnumerable<SecurityKey> Find(string? id) =>
        _keys.Where(key => string.IsNullOrEmpty(id) || string.IsNullOrEmpty(key.KeyId) || key.KeyId == id);

    /// <summary>Reads public keys in PEM, or a JWKS.</summary>
    /// <exception cref="FormatException">The text holds no usable key, or a private one.</exception>
    public static JwtKeySet Parse(string text)
    {
        try
        {
            var keys = text.Contains("-----BEGIN", StringComparison.Ordinal) ? ReadPem(text) : ReadJwks(text);
            var usable = keys.Where(IsUsable).Take(MaxKeys).ToArray();
            return usable.Length > 0 ? new JwtKeySet(text, usable) : throw new FormatException("it holds no RSA key of 2048 bits or more and no P-256 key");
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException or JsonException)
        {
            throw new FormatException("it is neither PEM nor a JWKS", e);
        }
    }

    /// <exception cref="StartupException">The file cannot be read, or holds no usable key.</exception>
    public static void CheckFile(string path, string variable)
    {
        try
        {
            Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new StartupException(ExitCode.TokenFile, $"{variable}: '{path}' cannot be used: {e.Message}", e);
        }
    }

    private static IEnumerable<SecurityKey> ReadJwks(string text) =>
        JsonWebKeySet.Create(text).Keys.Where(key => (key.Use is null or "" or "sig") && (key.Alg is null or "" or "RS256" or "ES256"));

    private static List<SecurityKey> ReadPem(string text)
    {
        var keys = new List<SecurityKey>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var block = rest[fields.Location];
            keys.Add(rest[fields.Label] switch
            {
                "CERTIFICATE" => OfCertificate(block),
                "PUBLIC KEY" or "RSA PUBLIC KEY" => OfPublicKey(block),
                _ => throw new FormatException("it must hold public keys only"),
            });
            rest = rest[fields.Location.End..];
        }

        return keys;
    }

    private static AsymmetricSecurityKey OfPublicKey(ReadOnlySpan<char> pem)
    {
        try
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return new RsaSecurityKey(rsa);
        }
        catch (CryptographicException)
        {
            var curve = ECDsa.Create();
            curve.ImportFromPem(pem);
            return new ECDsaSecurityKey(curve);
        }
    }

    private static AsymmetricSecurityKey OfCertificate(ReadOnlySpan<char> pem)
    {
        var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(Contents(pem)));
        return certificate.GetRSAPublicKey() is { } rsa ? new RsaSecurityKey(rsa)
            : certificate.GetECDsaPublicKey() is { } curve ? new ECDsaSecurityKey(curve)
            : throw new FormatException("it holds a certificate of another kind of key");
    }

    private static string Contents(ReadOnlySpan<char> pem) => pem[PemEncoding.Find(pem).Base64Data].ToString();

    private static bool IsUsable(SecurityKey key) => key switch
    {
        JsonWebKey { Kty: "RSA", N: not null, E: not null } => key.KeySize >= SmallestRsaKey,
        JsonWebKey { Kty: "EC", X: not null, Y: not null } web => web.Crv == "P-256",
        RsaSecurityKey => key.KeySize >= SmallestRsaKey,
        ECDsaSecurityKey => key.KeySize == 256,
        _ => false,
    };
}
