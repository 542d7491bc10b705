using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Soma.Gateway.Limits;
using Soma.Testing;
using Soma.Testing.Redis;
using StackExchange.Redis;

namespace Soma.Gateway.Tests.Service;

/// <summary>Two gateways before one Redis, over HTTP.</summary>
public sealed class SharedRateLimitRulesTests : IAsyncLifetime
{
    private readonly RedisServer _redis = new();
    private readonly List<GatewayUnderTest> _gateways = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }

        _redis.Dispose();
    }

    [Fact]
    public async Task A_caller_cannot_get_more_by_asking_another_gateway()
    {
        // Their clocks stand still: however slow this machine is, no answer of Redis comes too late.
        var one = await StartGatewayAsync(new FakeTimeProvider());
        var other = await StartGatewayAsync(new FakeTimeProvider());
        var first = await one.SendAsync("GET", "/memories");
        var second = await other.SendAsync("GET", "/memories");
        Assert.Equal(("2", "1", "0"), (first.Header("RateLimit-Limit"), first.Header("RateLimit-Remaining"), second.Header("RateLimit-Remaining")));
        foreach (var gateway in new[] { one, other })
        {
            var refused = await gateway.SendAsync("GET", "/memories");
            Assert.Equal(429, (int)refused.StatusCode);
            Assert.InRange(int.Parse(refused.Header("Retry-After")!), 3500, 3600);
        }
    }

    [Fact]
    public async Task Without_Redis_requests_are_served_and_health_says_degraded()
    {
        var gateway = await StartGatewayAsync(TimeProvider.System);
        _redis.Stop();
        Assert.Equal(200, (int)(await gateway.SendAsync("GET", "/memories")).StatusCode);
        await UntilRedisIsHealthyAsync(gateway, false);
        var health = await HealthAsync(gateway);
        Assert.Equal(("degraded", false, true), (health.GetProperty("status").GetString(), health.GetProperty("healthy").GetBoolean(), health.GetProperty("kv_store").GetBoolean()));
        Assert.Equal(200, (int)(await gateway.Client.GetAsync("/readyz")).StatusCode);
        Assert.Contains(gateway.Log.Entries, entry => entry.Event == "Rate limits apart");
        _redis.Start();
        await UntilRedisIsHealthyAsync(gateway, true);
        Assert.Equal("healthy", (await HealthAsync(gateway)).GetProperty("status").GetString());
    }

    private async Task<GatewayUnderTest> StartGatewayAsync(TimeProvider clock)
    {
        var gateway = new GatewayUnderTest(
            options => options with { RateLimit = 2, RateLimitWindow = TimeSpan.FromHours(1) },
            services => services.AddSingleton(clock).AddSharedRateLimits(ConfigurationOptions.Parse(_redis.ConnectionString), "tests"));
        await gateway.InitializeAsync();
        _gateways.Add(gateway);
        await UntilRedisIsHealthyAsync(gateway, true);
        return gateway;
    }

    private static Task UntilRedisIsHealthyAsync(GatewayUnderTest gateway, bool isHealthy) => Eventually.TrueAsync(async () =>
    {
        var redis = (await HealthAsync(gateway)).GetProperty("components").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "redis");
        return redis.GetProperty("healthy").GetBoolean() == isHealthy;
    });

    private static async Task<JsonElement> HealthAsync(GatewayUnderTest gateway) =>
        JsonDocument.Parse(await gateway.Client.GetStringAsync("/health")).RootElement;
}
