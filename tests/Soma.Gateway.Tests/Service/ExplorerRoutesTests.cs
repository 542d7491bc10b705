namespace Soma.Gateway.Tests.Service;

/// <summary>What the gateway adds to the explorer's files. It holds whether or not this build has them; the pages are tried in a browser.</summary>
public sealed class ExplorerRoutesTests
{
    [Theory]
    [InlineData("/ui")]
    [InlineData("/ui/")]
    [InlineData("/ui/memory?ns=a&key=%40b")]
    [InlineData("/ui/../ui/index.html")]
    public async Task Every_page_carries_a_policy_that_lets_nothing_in(string path)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(options => options);
        var response = await gateway.Client.GetAsync(path);

        var policy = response.Header("Content-Security-Policy")!;
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; ", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(("nosniff", "no-referrer", "no-cache"), (response.Header("X-Content-Type-Options"), response.Header("Referrer-Policy"), response.Header("Cache-Control")));
        Assert.Contains(response.Content.Headers.ContentType!.MediaType, (string[])["text/html", "text/plain"]);
    }

    [Fact]
    public async Task A_file_that_was_not_built_is_404_and_not_kept_by_caches()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(options => options);
        var response = await gateway.Client.GetAsync("/ui/assets/none.js");

        Assert.Equal((404, "no-cache"), ((int)response.StatusCode, response.Header("Cache-Control")));
    }

    [Fact]
    public async Task Nothing_is_served_where_the_explorer_is_off()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(options => options with { ServesExplorer = false });
        var response = await gateway.Client.GetAsync("/ui");

        Assert.Equal((404, (string?)null), ((int)response.StatusCode, response.Header("Content-Security-Policy")));
    }
}
