using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Soma.Grains.Vectors.Qdrant;

namespace Soma.Grains.Vectors;

/// <summary>Registers a vector tier.</summary>
public static class VectorServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IVectorIndex"/> on Qdrant. Nothing is connected to until it is first asked.</summary>
    public static IServiceCollection AddQdrantIndex(this IServiceCollection services, QdrantOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddValidated(options);
        services.AddSingleton(provider => new CircuitBreaker(
            options.FailuresBeforeBreak, options.BreakDuration, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IVectorIndex>(provider => new GuardedVectorIndex(
            new QdrantVectorIndex(MakeHttp(), options, provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<CircuitBreaker>()));
        return services;
    }

    // One for the process. Connections end now and then, so that a Qdrant that moved is found at its new address.
    private static HttpClient MakeHttp() => new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
