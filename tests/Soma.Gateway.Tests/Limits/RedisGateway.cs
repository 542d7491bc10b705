using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Prometheus;
using Soma.Gateway.Limits;
using Soma.Testing;
using Soma.Testing.Redis;
using StackExchange.Redis;

namespace Soma.Gateway.Tests.Limits;

/// <summary>One gateway's windows on a Redis, registered as its process registers them.</summary>
internal sealed class RedisGateway : IAsyncDisposable
{
    private const string ServiceId = "tests";

    private readonly ServiceProvider _services;
    private readonly IReadOnlyList<IHostedService> _hosted;

    private readonly TimeProvider _clock;
    private readonly RateWindow _counted;

    private RedisGateway(RedisServer redis, GatewayOptions options, TimeProvider clock)
    {
        (_clock, _counted) = (clock, new RateWindow("g", options.RateLimit, options.RateLimitWindow));
        var services = new ServiceCollection();
        services.AddSingleton(clock);
        services.AddSingleton(Metrics.NewCustomRegistry());
        services.AddSharedRateLimits(ConfigurationOptions.Parse(redis.ConnectionString), ServiceId);
        // The gateway's other services of the background need a host, and no window needs them.
        var ofWindows = services.Where(service => service.ServiceType == typeof(IHostedService)).ToArray();
        services.AddSomaGateway(options);
        _services = services.BuildServiceProvider();
        _hosted = [.. ofWindows.Select(service => (IHostedService)(service.ImplementationFactory?.Invoke(_services) ?? ActivatorUtilities.CreateInstance(_services, service.ImplementationType!)))];
        Window = (RedisRateLimitWindow)_services.GetRequiredService<IRateLimitWindow>();
    }

    public RedisRateLimitWindow Window { get; }

    /// <summary>A gateway whose clock stands still: however slow this machine is, no answer of Redis comes too late.</summary>
    public static Task<RedisGateway> StartPatientAsync(RedisServer redis, GatewayOptions options) =>
        StartAsync(redis, options, new FakeTimeProvider());

    /// <summary>A gateway with the limit and the clock of its choice.</summary>
    public static Task<RedisGateway> StartAsync(RedisServer redis, int limit, TimeProvider clock) =>
        StartAsync(redis, new GatewayOptions { ApiToken = "t", RateLimit = limit }, clock);

    /// <summary>Waits until the window is shared; a clock that stands still is moved on for the gateway's looks at Redis.</summary>
    public Task UntilSharedAsync() => Eventually.TrueAsync(() =>
    {
        if (Window.IsShared)
        {
            return true;
        }

        (_clock as FakeTimeProvider)?.Advance(RedisRateLimitWindow.Pause);
        return false;
    });

    public async Task<bool> TakeAsync(string caller = "a") => (await Window.TryTakeAsync(caller, [_counted], default)).IsAllowed;

    public async Task<string> MetricsAsync()
    {
        using var text = new MemoryStream();
        await _services.GetRequiredService<GatewayInstruments>().Registry.CollectAndExportAsTextAsync(text);
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _hosted)
        {
            await service.StopAsync(default);
        }

        await _services.DisposeAsync();
    }

    private static async Task<RedisGateway> StartAsync(RedisServer redis, GatewayOptions options, TimeProvider clock)
    {
        var gateway = new RedisGateway(redis, options, clock);
        foreach (var service in gateway._hosted)
        {
            await service.StartAsync(default);
        }

        return gateway;
    }
}
