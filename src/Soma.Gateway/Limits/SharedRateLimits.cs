using Soma.Gateway.Probing;
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
            provider.GetRequiredService<GatewayOptions>(),
            provider.GetRequiredService<GatewayInstruments>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RedisRateLimitWindow>>()));
        services.AddSingleton<IRateLimitWindow>(provider => provider.GetRequiredService<RedisRateLimitWindow>());
        services.AddSingleton<IGatewayComponent>(provider => provider.GetRequiredService<RedisRateLimitWindow>());
        return services.AddHostedService(provider => ActivatorUtilities.CreateInstance<RedisWatch>(provider, redis));
    }
}
