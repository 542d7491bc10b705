using Microsoft.Extensions.DependencyInjection.Extensions;
using Prometheus;
using Soma.Gateway.Following;
using Soma.Gateway.Limits;
using Soma.Gateway.Mcp;

namespace Soma.Gateway;

/// <summary>Registers the services of the gateway.</summary>
public static class GatewayServices
{
    /// <summary>
    /// Adds what <see cref="GatewayPipeline"/> needs. The host registers an <see cref="IGrainFactory"/> (an Orleans client, or the
    /// silo in the same process) first, and may register its own <see cref="IRateLimitWindow"/>, <see cref="TimeProvider"/> or
    /// <see cref="CollectorRegistry"/>.
    /// </summary>
    public static IServiceCollection AddSomaGateway(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Metrics.DefaultRegistry);
        services.TryAddSingleton<IRateLimitWindow, InProcessRateLimitWindow>();
        services.TryAddSingleton(provider => new KeySource(provider.GetRequiredService<TimeProvider>(), Random.Shared));
        services.AddSingleton<GatewayInstruments>();
        services.TryAddSingleton(_ => new Backoff(Random.Shared));
        services.AddSingleton<RetryBudget>();
        services.AddSingleton<NamespaceClient>();
        services.AddSingleton<ChangeHub>();
        services.AddSingleton<SystemView>();
        services.AddSingleton<RootToken>();
        services.AddSingleton<AccessKeyClient>();
        services.AddSingleton<AccessKeyCheck>();
        AddJwt(services, options.Jwt);
        services.AddSingleton<Authenticator>();
        services.AddSingleton<RateLimiting>();
        services.AddSingleton<AnswerBudget>();
        services.AddSingleton<GatewayCore>();
        services.AddRouting();
        services.AddSomaOpenApi();
        services.AddSomaMcp();
        AddCors(services, options);
        // The request log of ASP.NET Core holds raw paths, and raw paths hold keys of memories, so it is turned off.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning));
        return services;
    }

    private static void AddJwt(IServiceCollection services, JwtOptions? options)
    {
        if (options is not null)
        {
            services.AddSingleton(options);
            services.AddSingleton<JwtCallers>();
            services.AddSingleton<JwtKeys>();
            services.AddSingleton<IGatewayComponent>(provider => provider.GetRequiredService<JwtKeys>());
            services.AddHostedService(provider => provider.GetRequiredService<JwtKeys>());
        }
    }

    private static void AddCors(IServiceCollection services, GatewayOptions options) => services.AddCors(cors => cors.AddDefaultPolicy(policy =>
    {
        policy
            .WithMethods("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
            .AllowAnyHeader()
            .WithExposedHeaders(
                "ETag", "X-Soma-Seq", "X-Request-ID", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After")
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10));
        if (options.CorsOrigins.Contains("*"))
        {
            policy.AllowAnyOrigin();
        }
        else
        {
            policy.WithOrigins([.. options.CorsOrigins]).AllowCredentials();
        }
    }));
}
