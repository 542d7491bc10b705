using System.Net.Http.Headers;

namespace Soma.Gateway.Tests.Service;

public sealed class BrowserTests : IAsyncLifetime
{
    private const string Origin = "https://app.example";

    private readonly GatewayUnderTest _gateway = new(options => options with { CorsOrigins = [Origin], RateLimit = 1 });

    public Task InitializeAsync() => _gateway.InitializeAsync();

    public Task DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Every_method_in_use_is_allowed_to_pages(string method)
    {
        using var response = await _gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/memories/1")
            .With("Origin", Origin).With("Access-Control-Request-Method", method).With("Access-Control-Request-Headers", "authorization,x-soma-namespace"));
        Assert.Equal(Origin, response.Header("Access-Control-Allow-Origin"));
        Assert.Contains(method, response.Header("Access-Control-Allow-Methods")!.Split(',', StringSplitOptions.TrimEntries));
    }

    [Fact]
    public async Task A_page_can_read_every_refusal()
    {
        await AssertReadableAsync(401, _gateway.Request("GET", "/memories/1").With("Authorization", null));
        await AssertReadableAsync(403, _gateway.Request("GET", "/memories/1").With("Authorization", "Bearer wrong"));
        await AssertReadableAsync(404, _gateway.Request("GET", "/memories/1"));
        await AssertReadableAsync(429, _gateway.Request("GET", "/memories/1"));
        await AssertReadableAsync(404, _gateway.Request("GET", "/nowhere"));
        await AssertReadableAsync(405, _gateway.Request("DELETE", "/ping"));
        var tooLarge = _gateway.Request("POST", "/memories");
        tooLarge.Content = new ByteArrayContent(new byte[2 << 20]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        tooLarge.Headers.ExpectContinue = true;
        await AssertReadableAsync(413, tooLarge);
        _gateway.DefaultNamespace.Failures.Enqueue(new InvalidOperationException());
        await AssertReadableAsync(500, _gateway.Request("GET", "/graph/neighbors?coord=1"));
    }

    private async Task AssertReadableAsync(int status, HttpRequestMessage request)
    {
        using var response = await _gateway.SendAsync(request.With("Origin", Origin));
        Assert.Equal((status, Origin), ((int)response.StatusCode, response.Header("Access-Control-Allow-Origin")));
    }
}
