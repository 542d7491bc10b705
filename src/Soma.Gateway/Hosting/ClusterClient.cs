using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Messaging;
using Soma.Hosting;

namespace Soma.Gateway.Hosting;

/// <summary>How a gateway's Orleans client finds the silos and keeps finding them.</summary>
internal static class ClusterClient
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    public static IClientBuilder UseSomaCluster(this IClientBuilder client, GatewayProcessOptions options)
    {
        client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, options.ServiceId));
        client.UseRedisClustering(clustering => clustering.ConfigurationOptions = options.Redis);
        RememberGateways(client.Services);
        // What was sent by way of a silo that froze hangs, and so do later attempts, until the list says that it is dead.
        client.Configure<Orleans.Configuration.GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(1));
        client.Configure<ClientMessagingOptions>(messaging =>
        {
            // The gateway sends again long before; this reclaims calls whose silo will never answer.
            messaging.ResponseTimeout = options.Gateway.Patience + TimeSpan.FromSeconds(2);
            messaging.CancelRequestOnTimeout = true;
            messaging.MaxMessageBodySize = ClusterNames.MaxMessageBytes(options.Gateway.MaxBodyBytes);
        });
        client.AddActivityPropagation();
        client.Services.AddSingleton<IClientConnectionRetryFilter, PatientConnection>();
        return client;
    }

    /// <summary>Wraps the list that Orleans reads its gateways from.</summary>
    private static void RememberGateways(IServiceCollection services)
    {
        var provider = services.Last(service => service.ServiceType == typeof(IGatewayListProvider));
        services.Replace(ServiceDescriptor.Singleton<IGatewayListProvider>(container => new LastKnownGateways(
            (IGatewayListProvider)ActivatorUtilities.CreateInstance(container, provider.ImplementationType!))));
    }

    /// <summary>
    /// Tries until the process is stopped: a gateway whose Redis or silos come up later is alive and not ready, and to end it
    /// would mend nothing.
    /// </summary>
    private sealed class PatientConnection(ILogger<PatientConnection> logger) : IClientConnectionRetryFilter
    {
        private int _attempts;

        public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
        {
            var attempt = ++_attempts;
            Log.ClusterNotReached(logger, attempt, exception.GetType().Name);
            var pause = TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 100 * Math.Pow(2, Math.Min(attempt, 10))));
            await Task.Delay(pause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return !cancellationToken.IsCancellationRequested;
        }
    }
}
