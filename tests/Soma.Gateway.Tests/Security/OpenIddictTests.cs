using System.Net.Http.Headers;
using Soma.Gateway.Tests.Hosting;
using Soma.Testing;

namespace Soma.Gateway.Tests.Security;

/// <summary>The whole way with a real issuer: its discovery document, its keys, its tokens, and the product itself.</summary>
public sealed class OpenIddictTests
{
    [Fact]
    public async Task A_client_of_a_real_issuer_writes_and_reads_what_its_token_allows()
    {
        await using var issuer = await OpenIddictIssuer.StartAsync(0, "key-1");
        await using var soma = await StartAsync(issuer.Address);
        using var writer = await NewClientAsync(soma, issuer, "notes", "soma:read soma:write");
        using var reader = await NewClientAsync(soma, issuer, "notes", "soma:read");
        using var stranger = await NewClientAsync(soma, issuer, "drafts", "soma:read soma:write");

        (await writer.PostAnswerAsync("/memories", """{"id":"kettle","payload":{"text":"The kettle is blue"}}""")).Ok();

        Assert.Equal("@kettle", (await reader.PostAnswerAsync("/memories/search", """{"query":"blue kettle"}""")).Ok()["memories"][0].GetProperty("coord").GetString());
        Assert.Equal(403, (await reader.DeleteAnswerAsync("/memories/@kettle")).Status);
        Assert.Equal(404, (await stranger.GetAnswerAsync("/memories/@kettle")).Status);
        Assert.Equal(403, (await stranger.CallAsync(HttpMethod.Get, "/memories/@kettle", null, ("X-Soma-Namespace", "notes"))).Status);
        Assert.Equal("healthy", (await reader.GetAnswerAsync("/health")).Ok()["status"].GetString());
    }

    [Fact]
    public async Task An_issuer_that_comes_back_with_another_key_is_followed()
    {
        var issuer = await OpenIddictIssuer.StartAsync(0, "key-1");
        await using var soma = await StartAsync(issuer.Address);
        using var before = await NewClientAsync(soma, issuer, "notes", "soma:read");
        Assert.Equal(404, (await before.GetAnswerAsync("/memories/@kettle")).Status);
        var port = new Uri(issuer.Address).Port;
        await issuer.DisposeAsync();
        // While the issuer is gone, the known key goes on working.
        Assert.Equal(404, (await before.GetAnswerAsync("/memories/@kettle")).Status);

        await using var next = await OpenIddictIssuer.StartAsync(port, "key-2");
        using var after = await NewClientAsync(soma, next, "notes", "soma:read");

        await Eventually.TrueAsync(async () => (await after.GetAnswerAsync("/memories/@kettle")).Status == 404);
        Assert.Equal(403, (await before.GetAnswerAsync("/memories/@kettle")).Status);
    }

    /// <summary>Starts the service and waits until it has the issuer's keys, which it fetches beside its start.</summary>
    private static async Task<SomaHost> StartAsync(string issuer)
    {
        var soma = await SomaHost.StartAsync(("SOMA_JWT_ISSUER", issuer), ("SOMA_JWT_AUDIENCE", OpenIddictIssuer.Audience));
        using var anyone = soma.NewAnonymousClient();
        await Eventually.TrueAsync(async () => (await anyone.GetAnswerAsync("/health")).Ok()["status"].GetString() == "healthy");
        return soma;
    }

    private static async Task<HttpClient> NewClientAsync(SomaHost soma, OpenIddictIssuer issuer, string client, string scope)
    {
        var http = soma.NewAnonymousClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await issuer.GetTokenAsync(client, scope));
        return http;
    }
}
