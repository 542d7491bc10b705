using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Soma.Gateway.Tests.Security;
using Soma.Gateway.Tests.Service;

namespace Soma.Gateway.Tests.Mcp;

/// <summary>How MCP's clients learn that they need another token, and where it comes from.</summary>
public sealed class McpAuthorizationTests(JwtGateway soma) : IClassFixture<JwtGateway>
{
    private const string Initialize = """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""";

    private string Origin => soma.Gateway.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    [Theory]
    [InlineData(null, "")]
    [InlineData("not-a-token", "error=\"invalid_token\", ")]
    public async Task A_missing_or_wrong_token_is_401_and_names_the_document_of_the_endpoint(string? token, string error)
    {
        using var answer = await SendAsync(soma.Gateway.Client, "/mcp/notes", token);

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal($"Bearer {error}scope=\"soma:read\", resource_metadata=\"{Origin}/.well-known/oauth-protected-resource/mcp/notes\"", answer.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task An_expired_token_is_401_and_a_valid_one_is_served()
    {
        var expired = soma.Forge.Sign(claims: claims => claims["exp"] = soma.Clock.GetUtcNow().AddSeconds(-31).ToUnixTimeSeconds());
        using var refused = await SendAsync(soma.Gateway.Client, "/mcp/notes", expired);
        using var served = await SendAsync(soma.Gateway.Client, "/mcp/notes", soma.Forge.Sign());

        Assert.Equal((401, 200), ((int)refused.StatusCode, (int)served.StatusCode));
        Assert.StartsWith("Bearer error=\"invalid_token\"", refused.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_without_the_scope_is_403_and_is_told_which_it_lacks()
    {
        using var answer = await SendAsync(soma.Gateway.Client, "/mcp/notes", soma.Forge.Sign(claims: claims => claims["scope"] = "soma:write"));

        Assert.Equal(403, (int)answer.StatusCode);
        Assert.StartsWith("Bearer error=\"insufficient_scope\", scope=\"soma:read\", resource_metadata=", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Equal("This key lacks the scope 'read'", (await answer.JsonAsync()).GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/mcp")]
    [InlineData("/mcp/notes")]
    [InlineData("/mcp/user%2042")]
    [InlineData("/mcp/notes/graph")]
    [InlineData("/api/v1/mcp/notes")]
    public async Task The_document_names_the_endpoint_and_the_issuer(string resource)
    {
        using var answer = await soma.Gateway.Client.GetAsync($"/.well-known/oauth-protected-resource{resource}");
        var document = await answer.JsonAsync();

        Assert.Equal((200, "application/json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(Origin + resource, document.GetProperty("resource").GetString());
        Assert.Equal([soma.Issuer.Issuer], TextsOf(document, "authorization_servers"));
        Assert.Equal(["soma:read", "soma:write", "soma:delete"], TextsOf(document, "scopes_supported"));
        Assert.Equal(["header"], TextsOf(document, "bearer_methods_supported"));
    }

    [Fact]
    public async Task Behind_a_proxy_that_ends_TLS_the_addresses_are_https()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/oauth-protected-resource/mcp");
        request.Headers.Host = "memory.example";
        request.Headers.Add("X-Forwarded-Proto", "https");
        using var answer = await soma.Gateway.Client.SendAsync(request);

        Assert.Equal("https://memory.example/mcp", (await answer.JsonAsync()).GetProperty("resource").GetString());
    }

    [Fact]
    public async Task Without_an_issuer_a_wrong_token_is_401_too_and_there_is_no_document()
    {
        await using var gateway = new GatewayUnderTest();
        await gateway.InitializeAsync();
        using var missing = await SendAsync(gateway.Client, "/mcp", null);
        using var wrong = await SendAsync(gateway.Client, "/mcp", "not-a-token");
        using var document = await gateway.Client.GetAsync("/.well-known/oauth-protected-resource/mcp");

        Assert.Equal((401, "Bearer"), ((int)missing.StatusCode, missing.Header("WWW-Authenticate")));
        Assert.Equal((401, "Bearer error=\"invalid_token\""), ((int)wrong.StatusCode, wrong.Header("WWW-Authenticate")));
        Assert.Equal(404, (int)document.StatusCode);
    }

    [Fact]
    public async Task Other_routes_answer_a_wrong_token_with_403_as_before()
    {
        using var answer = await soma.ReadAsync("not-a-token");

        Assert.Equal((403, "Bearer error=\"invalid_token\""), ((int)answer.StatusCode, answer.Header("WWW-Authenticate")));
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(Initialize, Encoding.UTF8, "application/json") };
        request.Headers.Add("Accept", "application/json, text/event-stream");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await client.SendAsync(request);
    }

    private static IEnumerable<string?> TextsOf(JsonElement document, string name) => document.GetProperty(name).EnumerateArray().Select(each => each.GetString());
}
