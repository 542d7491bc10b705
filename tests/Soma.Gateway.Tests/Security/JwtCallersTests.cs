using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Soma.Gateway.Security;
using Soma.Gateway.Tests.Service;
using Soma.Testing;

namespace Soma.Gateway.Tests.Security;

/// <summary>What the claims of a token allow, and how the issuer's keys are followed.</summary>
public sealed class JwtCallersTests : IAsyncLifetime
{
    private readonly JwtGateway _soma = new();

    public Task InitializeAsync() => _soma.StartIssuerAsync();

    public Task DisposeAsync() => _soma.DisposeAsync();

    [Fact]
    public async Task A_token_may_use_its_namespaces_of_its_tenant_and_no_others()
    {
        await StartAsync();
        var token = _soma.Forge.Sign(claims: claims => claims["soma_namespaces"] = "notes user-*");
        Assert.Equal(404, await StatusAsync(_soma.ReadAsync(token, "notes")));
        Assert.Equal(404, await StatusAsync(_soma.ReadAsync(token, "user-42")));
        Assert.Equal(403, await StatusAsync(_soma.ReadAsync(token, "other")));
        Assert.Equal(403, await StatusAsync(_soma.SendAsync(HttpMethod.Get, "/memories/1,2?tenant_id=default", token)));
    }

    [Fact]
    public async Task A_token_of_one_namespace_need_not_name_it()
    {
        await StartAsync();
        using var body = new StringContent("""{"coord":"1,2","payload":{"n":1}}""", Encoding.UTF8, "application/json");
        Assert.Equal(200, await StatusAsync(_soma.SendAsync(HttpMethod.Post, "/memories", _soma.Forge.Sign(), space: null, body)));
        Assert.Single(_soma.Gateway.Grains.Namespace("acme", "notes").Commands);
    }

    [Theory]
    [InlineData("read", "GET", "/memories")]
    [InlineData("write", "POST", "/memories")]
    [InlineData("delete", "DELETE", "/memories/1,2")]
    [InlineData("admin", "GET", "/namespaces/notes/export")]
    public async Task A_scope_that_lacks_is_named(string scope, string method, string path)
    {
        await StartAsync();
        foreach (var held in new[] { "", "openid email", "read write delete admin", "soma:reads soma:*" })
        {
            using var answer = await _soma.SendAsync(new HttpMethod(method), path, _soma.Forge.Sign(claims: claims => claims["scope"] = held));
            Assert.Equal(403, (int)answer.StatusCode);
            Assert.Contains($"'{scope}'", (await answer.JsonAsync()).GetProperty("detail").GetString());
        }
    }

    [Fact]
    public async Task A_token_without_namespaces_has_none_and_one_without_a_tenant_is_refused()
    {
        await StartAsync();
        Assert.Equal(403, await StatusAsync(_soma.ReadAsync(_soma.Forge.Sign(claims: claims => claims.Remove("soma_namespaces")))));
        Assert.Equal(403, await StatusAsync(_soma.ReadAsync(_soma.Forge.Sign(claims: claims => claims.Remove("soma_tenant")))));
    }

    [Fact]
    public async Task Defaults_fill_in_for_claims_that_lack_and_not_for_an_empty_list()
    {
        await StartAsync(options => options with { DefaultTenant = "acme", DefaultNamespaces = ["notes"] });
        string Without(params string[] names) => _soma.Forge.Sign(claims: claims => Array.ForEach(names, name => claims.Remove(name)));
        Assert.Equal(404, await StatusAsync(_soma.ReadAsync(Without("soma_namespaces", "soma_tenant"))));
        Assert.Equal(403, await StatusAsync(_soma.ReadAsync(Without("soma_namespaces"), "other")));
        Assert.Equal(403, await StatusAsync(_soma.ReadAsync(_soma.Forge.Sign(claims: claims => claims["soma_namespaces"] = new JsonArray()))));
        Assert.Equal(403, await StatusAsync(_soma.ReadAsync(_soma.Forge.Sign(claims: claims => claims["soma_namespaces"] = ""))));
    }

    [Fact]
    public async Task Claims_have_the_names_that_the_settings_give()
    {
        await StartAsync(options => options with { TenantClaim = "https://x.example/org", NamespacesClaim = "spaces", ScopeClaim = "roles", ScopePrefix = "memory." });
        var token = _soma.Forge.Sign(claims: claims =>
        {
            claims["https://x.example/org"] = "acme";
            claims["spaces"] = new JsonArray("drafts");
            claims["roles"] = new JsonArray("memory.read", "other");
        });
        Assert.Equal(404, await StatusAsync(_soma.ReadAsync(token, "drafts")));
        Assert.Equal(403, await StatusAsync(_soma.ReadAsync(token, "notes")));
        Assert.Equal(403, await StatusAsync(_soma.SendAsync(HttpMethod.Delete, "/memories/1", token, "drafts")));
    }

    [Fact]
    public async Task The_root_token_goes_on_working_even_with_two_dots_in_it()
    {
        await _soma.StartAsync(options => options, "the.root.token");
        Assert.Equal(404, await StatusAsync(_soma.ReadAsync("the.root.token")));
        Assert.Equal(403, await StatusAsync(_soma.ReadAsync("the.root.tokem")));
    }

    [Fact]
    public async Task A_checked_token_is_kept_until_it_expires_and_not_longer()
    {
        await StartAsync();
        var token = _soma.Forge.Sign();
        Assert.Equal(404, await StatusAsync(_soma.ReadAsync(token)));
        _soma.Clock.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(29));
        Assert.Equal(404, await StatusAsync(_soma.ReadAsync(token)));
        _soma.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(403, await StatusAsync(_soma.ReadAsync(token)));
    }

    [Fact]
    public async Task Checked_tokens_are_kept_in_bounded_number()
    {
        await StartAsync();
        var keys = new JwtKeys(_soma.Options, _soma.Clock, NullLogger<JwtKeys>.Instance);
        var callers = new JwtCallers(_soma.Options, keys, _soma.Clock, NullLogger<JwtCallers>.Instance);
        var most = 0;
        for (var number = 0; number < JwtCallers.MaxKept + 2; number++)
        {
            Assert.NotNull((await callers.IdentifyAsync(_soma.Forge.Sign(claims: claims => claims["jti"] = $"{number}", alg: "ES256"))).Caller);
            most = Math.Max(most, callers.KeptCount);
        }

        Assert.InRange(most, JwtCallers.MaxKept / 2, JwtCallers.MaxKept);
    }

    [Fact]
    public async Task A_rotated_key_is_fetched_when_a_token_names_it_and_the_withdrawn_one_opens_nothing_more()
    {
        await StartAsync();
        var before = _soma.Forge.Sign();
        Assert.Equal(404, await StatusAsync(_soma.ReadAsync(before)));
        var after = new TokenForge(_soma.Issuer.Issuer, _soma.Clock.GetUtcNow) { KeyId = "rsa-2" };
        _soma.Issuer.Jwks = after.Jwks;

        _soma.Clock.Advance(JwtKeys.Pause);

        Assert.Equal(404, await StatusAsync(_soma.ReadAsync(after.Sign())));
        Assert.Equal(403, await StatusAsync(_soma.ReadAsync(before)));
    }

    [Fact]
    public async Task A_flood_of_unknown_keys_asks_the_issuer_once_in_a_while()
    {
        await StartAsync();
        Assert.Equal(404, await StatusAsync(_soma.ReadAsync(_soma.Forge.Sign())));
        var asked = _soma.Issuer.Asked;
        _soma.Clock.Advance(JwtKeys.Pause);

        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(number =>
            StatusAsync(_soma.ReadAsync(_soma.Forge.Sign(header => header["kid"] = $"flood-{number}")))));

        Assert.All(answers, status => Assert.Equal(403, status));
        Assert.Equal(asked + 1, _soma.Issuer.Asked);
    }

    [Fact]
    public async Task While_the_issuer_is_away_known_keys_go_on_working_and_health_is_degraded()
    {
        await StartAsync();
        Assert.Equal(404, await StatusAsync(_soma.ReadAsync(_soma.Forge.Sign())));
        _soma.Issuer.IsAway = true;
        _soma.Clock.Advance(JwtKeys.Pause);
        Assert.Equal(403, await StatusAsync(_soma.ReadAsync(_soma.Forge.Sign(header => header["kid"] = "unknown"))));

        Assert.Equal(404, await StatusAsync(_soma.ReadAsync(_soma.Forge.Sign(claims: claims => claims["jti"] = "another"))));
        Assert.Equal("degraded", await HealthAsync());

        _soma.Issuer.IsAway = false;
        await Eventually.TrueAsync(async () =>
        {
            _soma.Clock.Advance(JwtKeys.Pause);
            return await HealthAsync() == "healthy";
        });
    }

    [Fact]
    public async Task An_issuer_that_is_away_at_the_start_delays_its_own_tokens_alone()
    {
        _soma.Issuer.IsAway = true;
        await StartAsync();
        Assert.Equal(404, await StatusAsync(_soma.ReadAsync(_soma.Gateway.Token)));
        using var early = await _soma.ReadAsync(_soma.Forge.Sign());
        Assert.Equal((503, "1"), ((int)early.StatusCode, early.Header("Retry-After")));
        Assert.Equal("degraded", await HealthAsync());

        _soma.Issuer.IsAway = false;
        await Eventually.TrueAsync(async () =>
        {
            _soma.Clock.Advance(JwtKeys.Pause);
            return await StatusAsync(_soma.ReadAsync(_soma.Forge.Sign())) == 404;
        });
    }

    [Theory]
    [InlineData("https://evil.example", null)]
    [InlineData(null, "http://keys.example/jwks")]
    [InlineData(null, "file:///etc/passwd")]
    public async Task Keys_are_not_taken_from_where_the_issuer_must_not_send(string? named, string? keysAt)
    {
        (_soma.Issuer.Named, _soma.Issuer.KeysAt) = (named, keysAt);
        await StartAsync();
        Assert.Equal(503, await StatusAsync(_soma.ReadAsync(_soma.Forge.Sign())));
        Assert.Equal(0, _soma.Issuer.Asked);
    }

    private Task StartAsync(Func<JwtOptions, JwtOptions>? configure = null) => _soma.StartAsync(configure ?? (options => options));

    private async Task<string?> HealthAsync()
    {
        using var answer = await _soma.Gateway.Client.GetAsync("/health");
        return (await answer.JsonAsync()).GetProperty("status").GetString();
    }

    private static async Task<int> StatusAsync(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        return (int)answer.StatusCode;
    }
}
