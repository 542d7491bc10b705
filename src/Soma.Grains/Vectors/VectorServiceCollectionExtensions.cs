using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Vectors.Qdrant;

namespace Soma.Grains.Vectors;

/// <summary>Registers a vector tier.</summary>
public static class VectorServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IVectorIndex"/> on Qdrant. No connection is made before the first request.</summary>
    public static IServiceCollection AddQdrantIndex(this IServiceCollection services, QdrantOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddValidated(options);
        services.AddSingleton<IVectorIndex>(provider =>
        {
            var clock = provider.GetRequiredService<TimeProvider>();
            return new GuardedVectorIndex(
                new QdrantVectorIndex(MakeHttp(options), options, clock), options.CallsBeforeBreak, options.FailureWindow, options.BreakDuration, clock);
        });
        return services;
    }

    // One HTTP client for the process. Its connections are replaced from time to time, so that a Qdrant that moved is
    // found at its new address.
    private static HttpClient MakeHttp(QdrantOptions options) => new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        SslOptions = { RemoteCertificateValidationCallback = options.CertificateCheck },
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
