using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using Soma.Gateway.Tests.Service;

namespace Soma.Gateway.Tests.Security;

/// <summary>Tokens that must not open anything, and how their refusal looks.</summary>
public sealed class JwtAttackTests(JwtGateway soma) : IClassFixture<JwtGateway>
{
    private static readonly Dictionary<string, Func<TokenForge, JwtGateway, string>> Evil = new()
    {
        ["alg none"] = (forge, _) => TokenForge.Unsigned(forge.Header("none"), forge.Claims()) + ".",
        ["alg None"] = (forge, _) => TokenForge.Unsigned(forge.Header("None"), forge.Claims()) + ".",
        ["alg none with a signature"] = (forge, _) => forge.Sign(header => header["alg"] = "none"),
        ["no alg"] = (forge, _) => forge.Sign(header => header.Remove("alg")),
        ["HS256 with the public key as its secret"] = (forge, _) => forge.Sign(alg: "HS256"),
        ["HS256 named on an RSA signature"] = (forge, _) => forge.Sign(header => header["alg"] = "HS256"),
        ["ES256 named on an RSA signature"] = (forge, _) => forge.Sign(header => header["alg"] = "ES256"),
        ["PS256"] = (forge, _) => forge.Sign(alg: "PS256"),
        ["RS512"] = (forge, _) => forge.Sign(alg: "RS512"),
        ["no signature"] = (forge, _) => TokenForge.Unsigned(forge.Header(), forge.Claims()) + ".",
        ["a signature of zeros"] = (forge, _) => TokenForge.Unsigned(forge.Header(), forge.Claims()) + "." + Base64UrlEncoder.Encode(new byte[256]),
        ["an ES256 signature of zeros"] = (forge, _) => TokenForge.Unsigned(forge.Header("ES256"), forge.Claims()) + "." + Base64UrlEncoder.Encode(new byte[64]),
        ["other claims under the signature"] = (forge, _) => forge.Sign().Split('.') is [var head, _, var signature] ? $"{head}.{Base64UrlEncoder.Encode(forge.Claims().ToJsonString().Replace("acme", "evil", StringComparison.Ordinal))}.{signature}" : "",
        ["another key under a known id"] = (forge, soma) => new TokenForge(soma.Issuer.Issuer, soma.Clock.GetUtcNow).Sign(),
        ["an unknown key id"] = (forge, _) => forge.Sign(header => header["kid"] = "rsa-2"),
        ["a key id that is a path"] = (forge, _) => forge.Sign(header => header["kid"] = "../../../../dev/null"),
        ["jku with the attacker's keys"] = (forge, soma) => new TokenForge(soma.Issuer.Issuer, soma.Clock.GetUtcNow).Sign(header => (header["kid"], header["jku"]) = ("evil", soma.Issuer.Issuer + "/evil")),
        ["jwk with the attacker's key"] = (_, soma) => WithOwnKey(soma),
        ["x5u"] = (forge, soma) => new TokenForge(soma.Issuer.Issuer, soma.Clock.GetUtcNow).Sign(header => header["x5u"] = soma.Issuer.Issuer + "/evil"),
        ["crit"] = (forge, _) => forge.Sign(header => (header["crit"], header["b64"]) = (new JsonArray("b64"), false)),
        ["crit of what is known"] = (forge, _) => forge.Sign(header => (header["crit"], header["exp"]) = (new JsonArray("exp"), 1)),
        ["a logout token"] = (forge, _) => forge.Sign(header => header["typ"] = "logout+jwt"),
        ["another issuer"] = (forge, _) => forge.Sign(claims: claims => claims["iss"] = "https://evil.example"),
        ["the issuer with a slash"] = (forge, soma) => forge.Sign(claims: claims => claims["iss"] = soma.Issuer.Issuer + "/"),
        ["no issuer"] = (forge, _) => forge.Sign(claims: claims => claims.Remove("iss")),
        ["another audience"] = (forge, _) => forge.Sign(claims: claims => claims["aud"] = "billing"),
        ["an audience that begins alike"] = (forge, _) => forge.Sign(claims: claims => claims["aud"] = TokenForge.Audience + "/"),
        ["no audience"] = (forge, _) => forge.Sign(claims: claims => claims.Remove("aud")),
        ["expired"] = (forge, soma) => forge.Sign(claims: claims => claims["exp"] = soma.Clock.GetUtcNow().AddSeconds(-31).ToUnixTimeSeconds()),
        ["no expiry"] = (forge, _) => forge.Sign(claims: claims => claims.Remove("exp")),
        ["an expiry of text"] = (forge, _) => forge.Sign(claims: claims => claims["exp"] = "never"),
        ["an expiry of a negative number"] = (forge, _) => forge.Sign(claims: claims => claims["exp"] = -1),
        ["not yet valid"] = (forge, soma) => forge.Sign(claims: claims => claims["nbf"] = soma.Clock.GetUtcNow().AddSeconds(31).ToUnixTimeSeconds()),
        ["no subject"] = (forge, _) => forge.Sign(claims: claims => claims.Remove("sub")),
        ["an empty subject"] = (forge, _) => forge.Sign(claims: claims => claims["sub"] = ""),
        ["a subject that breaks a line"] = (forge, _) => forge.Sign(claims: claims => claims["sub"] = "agent\r\nroot"),
        ["a subject that turns the text"] = (forge, _) => forge.Sign(claims: claims => claims["sub"] = "agent\u202Etoor"),
        ["a subject with an escape"] = (forge, _) => forge.Sign(claims: claims => claims["sub"] = "agent\u001b[2J"),
        ["a subject of 256 characters"] = (forge, _) => forge.Sign(claims: claims => claims["sub"] = new string('s', 256)),
        ["no tenant"] = (forge, _) => forge.Sign(claims: claims => claims.Remove("soma_tenant")),
        ["two tenants"] = (forge, _) => forge.Sign(claims: claims => claims["soma_tenant"] = new JsonArray("acme", "evil")),
        ["every tenant"] = (forge, _) => forge.Sign(claims: claims => claims["soma_tenant"] = "*"),
        ["a namespace that is none"] = (forge, _) => forge.Sign(claims: claims => claims["soma_namespaces"] = "a/b"),
        ["a namespace of two stars"] = (forge, _) => forge.Sign(claims: claims => claims["soma_namespaces"] = "**"),
        ["a token bound to a key"] = (forge, _) => forge.Sign(claims: claims => claims["cnf"] = new JsonObject { ["jkt"] = "x" }),
        ["oversized"] = (forge, _) => forge.Sign(claims: claims => claims["more"] = new string('m', 16 * 1024)),
        ["four parts"] = (forge, _) => forge.Sign() + ".AAAA",
        ["dots alone"] = (_, _) => "..",
        ["not base64"] = (_, _) => "!.!.!",
        ["not JSON"] = (_, _) => $"{Base64UrlEncoder.Encode("{")}.{Base64UrlEncoder.Encode("{")}.AAAA",
        ["JSON of another kind"] = (_, _) => $"{Base64UrlEncoder.Encode("[]")}.{Base64UrlEncoder.Encode("1")}.AAAA",
        ["a deep header"] = (_, _) => $"{Base64UrlEncoder.Encode("{\"alg\":" + new string('[', 2000))}.{Base64UrlEncoder.Encode("{}")}.AAAA",
    };

    public static TheoryData<string> Names => [.. Evil.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_token_that_is_wrong_in_one_way_opens_nothing(string name)
    {
        using var good = await soma.ReadAsync(soma.Forge.Sign());
        Assert.Equal(404, (int)good.StatusCode);

        using var answer = await soma.ReadAsync(Evil[name](soma.Forge, soma));

        Assert.Equal(403, (int)answer.StatusCode);
        Assert.Equal("Bearer error=\"invalid_token\"", answer.Header("WWW-Authenticate"));
        Assert.Equal("Invalid token", (await answer.JsonAsync()).GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task A_token_of_either_algorithm_is_accepted(string alg)
    {
        using var answer = await soma.ReadAsync(soma.Forge.Sign(alg: alg));
        Assert.Equal(404, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Clocks_may_differ_by_the_skew()
    {
        var now = soma.Clock.GetUtcNow();
        using var late = await soma.ReadAsync(soma.Forge.Sign(claims: claims => claims["exp"] = now.AddSeconds(-29).ToUnixTimeSeconds()));
        using var early = await soma.ReadAsync(soma.Forge.Sign(claims: claims => claims["nbf"] = now.AddSeconds(29).ToUnixTimeSeconds()));
        Assert.Equal((404, 404), ((int)late.StatusCode, (int)early.StatusCode));
    }

    [Fact]
    public async Task However_a_token_is_spoiled_it_is_refused_and_nothing_fails()
    {
        const int Seed = 20_261_128;
        var random = new Random(Seed);
        var good = soma.Forge.Sign();
        for (var round = 0; round < 2_000; round++)
        {
            var spoiled = Spoil(random, good);
            using var answer = await soma.ReadAsync(spoiled);
            Assert.True(answer.StatusCode == System.Net.HttpStatusCode.Forbidden, $"seed {Seed}, round {round}: {(int)answer.StatusCode} for {spoiled}");
        }
    }

    [Fact]
    public async Task The_log_says_why_and_holds_no_part_of_a_token()
    {
        var token = soma.Forge.Sign(claims: claims => claims["aud"] = "another-audience-for-the-log");
        using var answer = await soma.ReadAsync(token);

        var told = soma.Gateway.Log.Entries.Select(entry => entry.Text).ToList();
        Assert.Contains(told, text => text.Contains("SecurityTokenInvalidAudienceException", StringComparison.Ordinal));
        Assert.DoesNotContain(told, text => text.Contains("another-audience-for-the-log", StringComparison.Ordinal));
        Assert.All(token.Split('.'), part => Assert.DoesNotContain(told, text => text.Contains(part, StringComparison.Ordinal)));
    }

    /// <summary>Changes one character of the token's text, or one byte of what it decodes to.</summary>
    private static string Spoil(Random random, string token)
    {
        var parts = token.Split('.');
        var part = random.Next(3);
        if (random.Next(2) == 0)
        {
            // One character in the middle: the last one of base64 may hold bits that do not count.
            var characters = parts[part].ToCharArray();
            var at = random.Next(characters.Length - 2);
            characters[at] = characters[at] == 'A' ? 'B' : 'A';
            parts[part] = new string(characters);
            return string.Join('.', parts);
        }

        var bytes = Base64UrlEncoder.DecodeBytes(parts[part]);
        bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
        parts[part] = Base64UrlEncoder.Encode(random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
        return string.Join('.', parts);
    }

    private static string WithOwnKey(JwtGateway soma)
    {
        var evil = new TokenForge(soma.Issuer.Issuer, soma.Clock.GetUtcNow);
        return evil.Sign(header => (header["kid"], header["jwk"]) = ("evil", JsonNode.Parse(TokenForge.Describe(evil.Rsa, "evil"))));
    }
}
