using System.Security.Cryptography;
using Soma.Gateway.Security;
using Soma.Hosting;

namespace Soma.Gateway.Tests.Security;

/// <summary>The settings of tokens, and keys from a file.</summary>
public sealed class JwtOptionsTests : IDisposable
{
    private const string Https = "https://login.example";
    private readonly string _folder = Directory.CreateTempSubdirectory("soma-jwt-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_an_issuer_there_are_no_tokens() => Assert.Null(Read());

    [Theory]
    [InlineData("SOMA_JWT_AUDIENCE", "SOMA_JWT_ISSUER", Https)]
    [InlineData("SOMA_JWT_AUDIENCE", "SOMA_JWT_AUDIENCE", "soma")]
    [InlineData("SOMA_JWT_KEY_FILE", "SOMA_JWT_KEY_FILE", "/keys.pem")]
    [InlineData("SOMA_JWT_ISSUER", "SOMA_JWT_ISSUER", "http://login.example", "SOMA_JWT_AUDIENCE", "soma")]
    [InlineData("SOMA_JWT_ISSUER", "SOMA_JWT_ISSUER", "file:///etc", "SOMA_JWT_AUDIENCE", "soma")]
    [InlineData("SOMA_JWT_JWKS_URL", "SOMA_JWT_ISSUER", Https, "SOMA_JWT_AUDIENCE", "soma", "SOMA_JWT_JWKS_URL", "http://login.example/keys")]
    [InlineData("SOMA_JWT_CLOCK_SKEW_SECONDS", "SOMA_JWT_ISSUER", Https, "SOMA_JWT_AUDIENCE", "soma", "SOMA_JWT_CLOCK_SKEW_SECONDS", "61")]
    [InlineData("SOMA_JWT_DEFAULT_TENANT", "SOMA_JWT_ISSUER", Https, "SOMA_JWT_AUDIENCE", "soma", "SOMA_JWT_DEFAULT_TENANT", "*")]
    [InlineData("SOMA_JWT_DEFAULT_NAMESPACES", "SOMA_JWT_ISSUER", Https, "SOMA_JWT_AUDIENCE", "soma", "SOMA_JWT_DEFAULT_NAMESPACES", "a b")]
    public void A_setting_that_would_open_too_much_or_nothing_is_refused_by_its_name(string named, params string[] settings) =>
        Assert.Contains(named, Assert.Throws<InvalidSettingException>(() => Read(settings)).Message);

    [Theory]
    [InlineData("http://127.0.0.1:8080/realm", "false")]
    [InlineData("http://login.example", "true")]
    [InlineData(Https, "false")]
    public void Keys_are_fetched_with_TLS_from_this_machine_or_where_that_is_allowed(string issuer, string allowed) =>
        Assert.Equal(issuer, Read("SOMA_JWT_ISSUER", issuer, "SOMA_JWT_AUDIENCE", "soma", "SOMA_JWT_ALLOW_HTTP", allowed)!.Issuer);

    [Fact]
    public void A_key_file_that_holds_no_public_key_stops_the_start()
    {
        using var key = RSA.Create(2048);
        using var small = RSA.Create(1024);
        foreach (var content in new[] { "", "{}", "{\"keys\":[]}", key.ExportPkcs8PrivateKeyPem(), small.ExportSubjectPublicKeyInfoPem(), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----" })
        {
            var failure = Assert.Throws<StartupException>(() => Read("SOMA_JWT_ISSUER", "acme", "SOMA_JWT_AUDIENCE", "soma", "SOMA_JWT_KEY_FILE", Write(content)));
            Assert.Equal(ExitCode.TokenFile, failure.Code);
        }

        Assert.Throws<StartupException>(() => Read("SOMA_JWT_ISSUER", "acme", "SOMA_JWT_AUDIENCE", "soma", "SOMA_JWT_KEY_FILE", Path.Combine(_folder, "missing")));
    }

    [Theory]
    [InlineData("RS256", false)]
    [InlineData("ES256", false)]
    [InlineData("RS256", true)]
    public async Task Keys_may_come_from_a_file_in_PEM_or_as_a_JWKS(string alg, bool isJwks)
    {
        await using var soma = await JwtGateway.PrepareAsync();
        var forge = soma.Forge;
        var file = Write(isJwks ? forge.Jwks : forge.PublicPem + "\n" + forge.Curve.ExportSubjectPublicKeyInfoPem());
        await soma.StartAsync(options => options with { KeyFile = file });

        using var good = await soma.ReadAsync(forge.Sign(alg: alg));
        using var confused = await soma.ReadAsync(forge.Sign(alg: "HS256"));
        Assert.Equal((404, 403), ((int)good.StatusCode, (int)confused.StatusCode));
        Assert.Equal(0, soma.Issuer.Asked);
    }

    private string Write(string content)
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName());
        File.WriteAllText(path, content);
        return path;
    }

    private static JwtOptions? Read(params string[] settings)
    {
        var pairs = settings.Chunk(2).ToDictionary(pair => pair[0], pair => (string?)pair[1]);
        return JwtOptions.Read(new SettingsReader(pairs.GetValueOrDefault));
    }
}
