using StackExchange.Redis;

namespace Soma.Gateway.Limits;

/// <summary>Registers rate-limit windows that all gateways of one service share.</summary>
public static class SharedRateLimits
{
    /// <summary>
    /// Shares the windows through Redis. Call it before <see cref="GatewayServices.AddSomaGateway"/>. The windows have
    /// their own connection, which is opened beside the start and closed with the host. Without this call each gateway
    /// counts by itself.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="redis">The address of Redis.</param>
    /// <param name="serviceId">Gateways with the same service id share their windows; different services on one Redis
    /// do not.</param>
    public static IServiceCollection AddSharedRateLimits(this IServiceCollection services, ConfigurationOptions redis, string serviceId)
    {
        services.AddSingleton(provider => new RedisRateLimitWindow(
            serviceId,
            provider.GetRequiredService<GatewayInstruments>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RedisRateLimitWindow>>()));
        services.AddSingleton<IRateLimitWindow>(provider => provider.GetRequiredService<RedisRateLimitWindow>());
        services.AddSingleton<IGatewayComponent>(provider => provider.GetRequiredService<RedisRateLimitWindow>());
        return services.AddHostedService(provider => ActivatorUtilities.CreateInstance<RedisWatch>(provider, redis));
    }
}

/// <summary>
/// Holds the Redis connection of the shared windows and checks every second whether they can be used.
/// </summary>
/// <remarks>The first check runs beside the start, so a Redis that is down does not delay the start.</remarks>
internal sealed class RedisWatch(
    ConfigurationOptions redis, RedisRateLimitWindow window, TimeProvider clock, ILogger<RedisWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RedisRateLimitWindow.Pause, clock);
        ConnectionMultiplexer? connection = null;
        try
        {
            do
            {
                connection = await LookAsync(connection, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        finally
        {
            window.Leave(reason: null);
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private async Task<ConnectionMultiplexer?> LookAsync(ConnectionMultiplexer? connection, CancellationToken stoppingToken)
    {
        try
        {
            connection ??= await ConnectionMultiplexer.ConnectAsync(Tune(redis));
            await window.TryJoinAsync(connection.GetDatabase(), stoppingToken);
        }
        // The boundary of the loop: the gateway serves on, whatever is wrong with Redis or its address, and the next
        // check may succeed.
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            Log.RedisLookFailed(logger, e);
            window.Leave(e);
        }

        return connection;
    }

    /// <summary>
    /// Settings of a separate connection, because rate limiting must fail fast while cluster membership waits for
    /// Redis.
    /// </summary>
    private static ConfigurationOptions Tune(ConfigurationOptions redis)
    {
        var tuned = redis.Clone();
        tuned.AbortOnConnectFail = false;
        tuned.ConnectRetry = 1;
        tuned.ReconnectRetryPolicy = new LinearRetry(1_000);
        // A command that cannot be sent now fails now, and the request is counted in the gateway's own window.
        tuned.BacklogPolicy = BacklogPolicy.FailFast;
        return tuned;
    }
}
