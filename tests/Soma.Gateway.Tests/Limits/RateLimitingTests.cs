using Microsoft.AspNetCore.Http;
using Prometheus;
using Soma.Gateway.Limits;

namespace Soma.Gateway.Tests.Limits;

public sealed class RateLimitingTests
{
    private readonly InProcessRateLimitWindow _windows = new(TimeProvider.System);

    [Fact]
    public async Task A_key_has_one_window_over_all_routes_beside_those_of_its_routes_and_hears_of_the_tighter()
    {
        var limiting = Limiting(limit: 100);
        Assert.Equal("2", Header(await TakeAsync(limiting, "/memories.get", perMinute: 3), "RateLimit-Remaining"));
        Assert.Equal("1", Header(await TakeAsync(limiting, "/memories.search", perMinute: 3), "RateLimit-Remaining"));
        var last = await TakeAsync(limiting, "/graph.link", perMinute: 3);
        Assert.Equal(("3", "0"), (Header(last, "RateLimit-Limit"), Header(last, "RateLimit-Remaining")));
        var refused = await TakeAsync(limiting, "/memories.get", perMinute: 3);
        Assert.Equal(
            "Rate limit exceeded: 3 requests a minute with this key (limits.requests_per_minute); POST /keys makes one with another limit",
            refused.Problem?.Detail);
        Assert.Equal(429, refused.Problem!.Status);
        Assert.InRange(refused.Problem.RetryAfterSeconds!.Value, 1, 60);
        // Another key is not concerned.
        Assert.Null((await TakeAsync(limiting, "/memories.get", perMinute: 3, caller: "k2")).Problem);
    }

    [Fact]
    public async Task A_route_that_allows_less_than_the_key_is_the_one_that_is_named()
    {
        var limiting = Limiting(limit: 1);
        Assert.Equal("1", Header(await TakeAsync(limiting, "/memories.get", perMinute: 50), "RateLimit-Limit"));
        Assert.Contains("1 requests in 60 s to /memories.get", (await TakeAsync(limiting, "/memories.get", perMinute: 50)).Problem?.Detail);
    }

    [Fact]
    public async Task A_loop_of_single_stores_is_told_of_batches()
    {
        var limiting = Limiting(limit: 1);
        await TakeAsync(limiting, RateLimiting.SingleStores, perMinute: null);
        Assert.EndsWith(
            ". POST /memories/batch stores up to 1000 memories in one request",
            (await TakeAsync(limiting, RateLimiting.SingleStores, perMinute: null)).Problem?.Detail);
    }

    [Fact]
    public async Task The_limit_of_a_key_holds_where_routes_have_none()
    {
        var limiting = Limiting(limit: 0);
        Assert.Null((await TakeAsync(limiting, "/memories.get", perMinute: 1)).Problem);
        Assert.NotNull((await TakeAsync(limiting, "/memories.get", perMinute: 1)).Problem);
        var unlimited = await TakeAsync(limiting, "/memories.get", perMinute: null);
        Assert.Null(unlimited.Problem);
        Assert.Null(Header(unlimited, "RateLimit-Limit"));
    }

    private static string? Header((HttpContext Context, Http.Problem? Problem) answer, string name) =>
        answer.Context.Response.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    private static async Task<(HttpContext Context, Http.Problem? Problem)> TakeAsync(
        RateLimiting limiting, string group, int? perMinute, string caller = "k1")
    {
        var context = new DefaultHttpContext();
        return (context, await limiting.TakeAsync(context, caller, perMinute, group));
    }

    private RateLimiting Limiting(int limit) => new(
        new GatewayOptions { ApiToken = "t", RateLimit = limit }, _windows, new GatewayInstruments(Metrics.NewCustomRegistry()));
}
