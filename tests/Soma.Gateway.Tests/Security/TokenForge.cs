using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace Soma.Gateway.Tests.Security;

/// <summary>Makes tokens part by part, also those that no library would make.</summary>
internal sealed class TokenForge(string issuer, Func<DateTimeOffset> now)
{
    public const string Audience = "soma-tests";

    public RSA Rsa { get; } = RSA.Create(2048);

    public ECDsa Curve { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string KeyId { get; set; } = "rsa-1";

    public string PublicPem => Rsa.ExportSubjectPublicKeyInfoPem();

    /// <summary>The JWKS with the RSA key under its id, and the curve's key as <c>ec-1</c>.</summary>
    public string Jwks => $$"""{"keys":[{{Describe(Rsa, KeyId)}},{{Describe(Curve, "ec-1")}}]}""";

    public static string Describe(RSA rsa, string id)
    {
        var key = rsa.ExportParameters(includePrivateParameters: false);
        return $$"""{"kty":"RSA","use":"sig","alg":"RS256","kid":"{{id}}","n":"{{Base64UrlEncoder.Encode(key.Modulus)}}","e":"{{Base64UrlEncoder.Encode(key.Exponent)}}"}""";
    }

    public static string Describe(ECDsa curve, string id)
    {
        var key = curve.ExportParameters(includePrivateParameters: false);
        return $$"""{"kty":"EC","use":"sig","crv":"P-256","kid":"{{id}}","x":"{{Base64UrlEncoder.Encode(key.Q.X)}}","y":"{{Base64UrlEncoder.Encode(key.Q.Y)}}"}""";
    }

    public JsonObject Header(string alg = "RS256") => new() { ["alg"] = alg, ["typ"] = "at+jwt", ["kid"] = alg == "ES256" ? "ec-1" : KeyId };

    /// <summary>Claims of a token that is accepted: acme's namespace notes, to read and to write.</summary>
    public JsonObject Claims() => new()
    {
        ["iss"] = issuer,
        ["aud"] = Audience,
        ["sub"] = "agent-1",
        ["iat"] = now().ToUnixTimeSeconds(),
        ["nbf"] = now().ToUnixTimeSeconds(),
        ["exp"] = now().AddMinutes(5).ToUnixTimeSeconds(),
        ["soma_tenant"] = "acme",
        ["soma_namespaces"] = new JsonArray("notes"),
        ["scope"] = "openid soma:read soma:write",
    };

    public string Sign(Action<JsonObject>? header = null, Action<JsonObject>? claims = null, string alg = "RS256")
    {
        var (head, body) = (Header(alg), Claims());
        header?.Invoke(head);
        claims?.Invoke(body);
        var text = Unsigned(head, body);
        return $"{text}.{Base64UrlEncoder.Encode(Signature(alg, Encoding.ASCII.GetBytes(text)))}";
    }

    /// <summary>The two parts that are signed.</summary>
    public static string Unsigned(JsonObject header, JsonObject claims) => $"{Base64UrlEncoder.Encode(header.ToJsonString())}.{Base64UrlEncoder.Encode(claims.ToJsonString())}";

    private byte[] Signature(string alg, byte[] text) => alg switch
    {
        "ES256" => Curve.SignData(text, HashAlgorithmName.SHA256),
        // The confusion of algorithms: the public key, which everybody knows, taken for the secret of an HMAC.
        "HS256" => HMACSHA256.HashData(Encoding.UTF8.GetBytes(PublicPem), text),
        "PS256" => Rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        "RS512" => Rsa.SignData(text, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        _ => Rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
    };
}
