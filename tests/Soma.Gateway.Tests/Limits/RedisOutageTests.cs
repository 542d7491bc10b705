using Microsoft.Extensions.Time.Testing;
using Soma.Testing;
using Soma.Testing.Redis;

namespace Soma.Gateway.Tests.Limits;

/// <summary>A Redis that is away, silent or back again: requests are served all the same, and limited.</summary>
public sealed class RedisOutageTests : IDisposable
{
    private readonly RedisServer _redis = new();

    public void Dispose() => _redis.Dispose();

    [Fact]
    public async Task Without_Redis_each_gateway_counts_by_itself_and_shares_again_once_it_is_back()
    {
        await using var one = await RedisGateway.StartAsync(_redis, limit: 2, new FakeTimeProvider());
        await using var other = await RedisGateway.StartAsync(_redis, limit: 2, new FakeTimeProvider());
        await one.UntilSharedAsync();
        await other.UntilSharedAsync();
        _redis.Stop();
        foreach (var gateway in new[] { one, other })
        {
            Assert.Equal([true, true, false], await TakeAsync("a", gateway, gateway, gateway));
            Assert.False(gateway.Window.IsShared);
            Assert.Contains("soma_rate_limit_fallbacks_total 3", await gateway.MetricsAsync());
        }

        _redis.Start();
        await one.UntilSharedAsync();
        await other.UntilSharedAsync();
        Assert.Equal([true, true, false], await TakeAsync("b", one, other, one));
    }

    [Fact]
    public async Task A_gateway_starts_without_Redis_and_shares_from_the_moment_it_comes()
    {
        _redis.Stop();
        await using var gateway = await RedisGateway.StartAsync(_redis, limit: 1, new FakeTimeProvider());
        Assert.True(await gateway.TakeAsync());
        Assert.False(await gateway.TakeAsync());
        _redis.Start();
        await gateway.UntilSharedAsync();
        Assert.True(await gateway.TakeAsync());
        Assert.False(await gateway.TakeAsync());
    }

    [Fact]
    public async Task A_Redis_that_says_nothing_is_given_up_on()
    {
        await using var gateway = await RedisGateway.StartAsync(_redis, limit: 1, TimeProvider.System);
        await gateway.UntilSharedAsync();
        // Only writes wait: it still answers PING, and is no use.
        _redis.Execute("CLIENT", "PAUSE", "600000", "WRITE");
        await Eventually.TrueAsync(async () => await gateway.TakeAsync() || !gateway.Window.IsShared);
        Assert.False(gateway.Window.IsShared);
        _redis.Execute("CLIENT", "UNPAUSE");
        await gateway.UntilSharedAsync();
    }

    [Fact]
    public async Task After_a_failure_Redis_is_left_alone_for_a_second_so_that_requests_do_not_wait_for_it()
    {
        var clock = new FakeTimeProvider();
        await using var gateway = await RedisGateway.StartAsync(_redis, limit: 1, clock);
        await gateway.UntilSharedAsync();
        _redis.Stop();
        Assert.True(await gateway.TakeAsync());
        Assert.False(gateway.Window.IsShared);
        _redis.Start();
        Assert.False(await gateway.TakeAsync());
        Assert.False(gateway.Window.IsShared);
        await gateway.UntilSharedAsync();
        Assert.True(await gateway.TakeAsync());
    }

    [Fact]
    public async Task The_health_of_the_windows_follows_Redis()
    {
        await using var gateway = await RedisGateway.StartAsync(_redis, limit: 1, TimeProvider.System);
        await gateway.UntilSharedAsync();
        Assert.Equal(("redis", true), (gateway.Window.Health.Name, gateway.Window.Health.Healthy));
        _redis.Stop();
        // Nobody sends a request: the watch sees it by itself.
        await Eventually.TrueAsync(() => !gateway.Window.Health.Healthy);
        Assert.Contains("by itself", gateway.Window.Health.Detail);
    }

    private static async Task<List<bool>> TakeAsync(string caller, params RedisGateway[] gateways)
    {
        var answers = new List<bool>();
        foreach (var gateway in gateways)
        {
            answers.Add(await gateway.TakeAsync(caller));
        }

        return answers;
    }
}
