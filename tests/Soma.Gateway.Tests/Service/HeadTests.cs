namespace Soma.Gateway.Tests.Service;

public sealed class HeadTests(GatewayUnderTest gateway) : IClassFixture<GatewayUnderTest>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/ping")]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/stats")]
    [InlineData("/openapi.json")]
    [InlineData("/memories")]
    [InlineData("/memories/1")]
    [InlineData("/memories/2")]
    [InlineData("/memories/x")]
    [InlineData("/memories/search?query=x")]
    [InlineData("/api/v1/graph/neighbors?coord=1")]
    [InlineData("/nowhere")]
    public async Task Head_answers_as_get_does_without_the_body(string path)
    {
        await gateway.SendAsync("POST", "/memories", """{"coord":"1","payload":{"x":1}}""");
        using var get = await gateway.SendAsync(gateway.Request("GET", path).With("X-Request-ID", "same"));
        using var head = await gateway.SendAsync(gateway.Request("HEAD", path).With("X-Request-ID", "same"));
        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Head_without_a_token_is_401() =>
        Assert.Equal(401, (int)(await gateway.SendAsync(gateway.Request("HEAD", "/memories/1").With("Authorization", null))).StatusCode);

    [Fact]
    public async Task Head_where_nothing_can_be_read_is_405()
    {
        using var response = await gateway.SendAsync("HEAD", "/graph/link");
        Assert.Equal((405, "DELETE,POST"), ((int)response.StatusCode, string.Join(',', response.Content.Headers.Allow.Order())));
        Assert.Contains("HEAD", (await gateway.SendAsync("POST", "/ping")).Content.Headers.Allow);
    }
}
