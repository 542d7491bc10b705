namespace Soma.Gateway.Tests.Service;

public sealed class RateLimitRulesTests : IAsyncLifetime
{
    private readonly GatewayUnderTest _gateway = new(options => options with { RateLimit = 2, RateLimitWindow = TimeSpan.FromHours(1) });

    public Task InitializeAsync() => _gateway.InitializeAsync();

    public Task DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Beyond_the_limit_a_caller_is_told_when_to_come_back()
    {
        var first = await _gateway.SendAsync("GET", "/memories");
        Assert.Equal(("2", "1", "3600"), (first.Header("RateLimit-Limit"), first.Header("RateLimit-Remaining"), first.Header("RateLimit-Reset")));
        var second = await _gateway.SendAsync("GET", "/api/v1/memories");
        Assert.Equal("0", second.Header("RateLimit-Remaining"));
        var third = await _gateway.SendAsync("GET", "/memories");
        Assert.Equal(429, (int)third.StatusCode);
        Assert.Equal("application/problem+json", third.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            "Rate limit exceeded: 2 requests in 3600 s to /memories.list; an operator changes it with SOMA_RATE_LIMIT_MAX and SOMA_RATE_LIMIT_WINDOW_SECONDS",
            (await third.JsonAsync()).GetProperty("detail").GetString());
        Assert.InRange(int.Parse(third.Header("Retry-After")!), 3500, 3600);
        Assert.Equal(third.Header("Retry-After"), third.Header("RateLimit-Reset"));
    }

    [Fact]
    public async Task Each_route_group_has_its_own_window()
    {
        for (var i = 0; i < 3; i++)
        {
            await _gateway.SendAsync("GET", "/memories");
        }

        Assert.Equal(404, (int)(await _gateway.SendAsync("GET", "/memories/1")).StatusCode);
    }

    [Fact]
    public async Task Refusals_are_counted_by_group_and_every_group_is_there_from_the_start()
    {
        var before = await _gateway.Client.GetStringAsync("/metrics");
        foreach (var group in new[] { "/memories.store", "/memories.list", "/graph.link", "/stats" })
        {
            Assert.Contains($"soma_rate_limit_refusals_total{{group=\"{group}\"}} 0", before);
        }

        Assert.DoesNotContain("soma_rate_limit_refusals_total{group=\"/ping\"}", before);
        Assert.Contains("soma_rate_limit_fallbacks_total 0", before);
        for (var i = 0; i < 5; i++)
        {
            await _gateway.SendAsync("GET", "/memories");
        }

        var after = await _gateway.Client.GetStringAsync("/metrics");
        Assert.Contains("soma_rate_limit_refusals_total{group=\"/memories.list\"} 3", after);
        Assert.Contains("soma_rate_limit_refusals_total{group=\"/memories.store\"} 0", after);
        Assert.Contains("soma_rate_limit_fallbacks_total 0", after);
    }

    [Fact]
    public async Task Requests_without_a_valid_token_use_up_nothing()
    {
        for (var i = 0; i < 5; i++)
        {
            var wrong = await _gateway.SendAsync(_gateway.Request("GET", "/memories").With("Authorization", "Bearer wrong"));
            Assert.Equal(403, (int)wrong.StatusCode);
        }

        Assert.Equal(200, (int)(await _gateway.SendAsync("GET", "/memories")).StatusCode);
    }

    [Fact]
    public async Task Probes_metrics_and_the_front_page_are_never_limited()
    {
        foreach (var path in new[] { "/healthz", "/readyz", "/health", "/health/live", "/health/ready", "/metrics", "/", "/ping" })
        {
            for (var i = 0; i < 4; i++)
            {
                var response = await _gateway.Client.GetAsync(path);
                Assert.Equal(200, (int)response.StatusCode);
                Assert.Null(response.Header("RateLimit-Limit"));
            }
        }
    }

    [Fact]
    public async Task Made_up_tokens_do_not_escape_the_limit_of_public_routes()
    {
        var statuses = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            var request = _gateway.Request("GET", "/stats").With("Authorization", $"Bearer made-up-{i}");
            statuses.Add((int)(await _gateway.SendAsync(request)).StatusCode);
        }

        Assert.Equal([200, 200, 429], statuses);
        Assert.Equal(200, (int)(await _gateway.SendAsync("GET", "/stats")).StatusCode);
    }
}
