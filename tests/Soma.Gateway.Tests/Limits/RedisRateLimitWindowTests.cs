using Soma.Gateway.Limits;
using Soma.Testing.Redis;

namespace Soma.Gateway.Tests.Limits;

public sealed class RedisRateLimitWindowTests : RateLimitWindowContract, IAsyncLifetime, IClassFixture<RedisServer>
{
    private static readonly GatewayOptions Options = new() { ApiToken = "t", RateLimit = 50, RateLimitWindow = TimeSpan.FromHours(1) };

    private readonly RedisServer _redis;
    private readonly List<RedisGateway> _gateways = [];

    public RedisRateLimitWindowTests(RedisServer redis)
    {
        _redis = redis;
        _redis.FlushAll();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }
    }

    [Fact]
    public async Task Gateways_share_one_count_exactly()
    {
        var (one, other) = (await StartAsync(Options), await StartAsync(Options));
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => (i % 2 == 0 ? one : other).TakeAsync())));
        Assert.Equal(50, answers.Count(isAllowed => isAllowed));
        Assert.True(one.Window.IsShared && other.Window.IsShared);
        Assert.Contains("soma_rate_limit_fallbacks_total 0", await one.MetricsAsync());
    }

    [Fact]
    public async Task Services_on_one_Redis_keep_their_windows_under_their_own_names_without_a_callers()
    {
        var gateway = await StartAsync(Options);
        await gateway.TakeAsync("192.0.2.7");
        var keys = Keys();
        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.Matches("^soma/tests/limits/([0-9a-f]{32}|probe)$", key));
    }

    [Fact]
    public async Task A_window_ends_with_its_newest_request()
    {
        var gateway = await StartAsync(Options);
        await gateway.TakeAsync();
        var window = Assert.Single(Keys(), key => !key.EndsWith("/probe", StringComparison.Ordinal));
        Assert.InRange((long)_redis.Execute("PTTL", window), 1, 3_600_001);
    }

    [Fact]
    public async Task A_Redis_that_was_flushed_counts_from_0()
    {
        var gateway = await StartAsync(Options with { RateLimit = 1 });
        Assert.True(await gateway.TakeAsync());
        Assert.False(await gateway.TakeAsync());
        _redis.FlushAll();
        Assert.True(await gateway.TakeAsync());
        Assert.False(await gateway.TakeAsync());
        Assert.True(gateway.Window.IsShared);
    }

    [Fact]
    public async Task A_Redis_that_forgot_the_script_is_told_it_again()
    {
        var gateway = await StartAsync(Options with { RateLimit = 2 });
        Assert.True(await gateway.TakeAsync());
        _redis.Execute("SCRIPT", "FLUSH");
        Assert.True(await gateway.TakeAsync());
        Assert.False(await gateway.TakeAsync());
        Assert.True(gateway.Window.IsShared);
        Assert.Contains("soma_rate_limit_fallbacks_total 0", await gateway.MetricsAsync());
    }

    internal override async Task<IRateLimitWindow> OpenAsync() => (await StartAsync(Options)).Window;

    private async Task<RedisGateway> StartAsync(GatewayOptions options)
    {
        var gateway = await RedisGateway.StartPatientAsync(_redis, options);
        await gateway.UntilSharedAsync();
        _gateways.Add(gateway);
        return gateway;
    }

    private string[] Keys() => (string[])_redis.Execute("KEYS", "*")!;
}
