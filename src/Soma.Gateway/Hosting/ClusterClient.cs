using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Messaging;
using Soma.Hosting.Tls;

namespace Soma.Gateway.Hosting;

/// <summary>
/// Configures the Orleans client of a gateway: how it finds the silos, and finds them again after a change.
/// </summary>
internal static class ClusterClient
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    public static IClientBuilder UseSomaCluster(this IClientBuilder client, GatewayProcessOptions options)
    {
        client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, options.ServiceId));
        client.UseRedisClustering(clustering => clustering.ConfigurationOptions = options.Redis);
        RememberGateways(client.Services);
        // A call that was routed through a frozen silo hangs, and so does each retry until the list of silos says that
        // the silo is dead. So the list is refreshed often.
        client.Configure<Orleans.Configuration.GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(1));
        client.Configure<ClientMessagingOptions>(messaging =>
        {
            // The gateway itself retries long before this timeout. The timeout only frees calls whose silo will never
            // answer.
            messaging.ResponseTimeout = options.Gateway.RequestTimeout + TimeSpan.FromSeconds(2);
            messaging.CancelRequestOnTimeout = true;
            messaging.MaxMessageBodySize = ClusterNames.MaxMessageBytes(options.Gateway.MaxBodyBytes);
        });
        if (options.Tls is { } tls)
        {
            client.Services.AddRenewedFiles(tls.Files);
            client.UseTls(tls.Configure);
        }

        client.AddActivityPropagation();
        client.Services.AddSingleton<IClientConnectionRetryFilter, PatientConnection>();
        return client;
    }

    /// <summary>Wraps the list from which Orleans reads the addresses of silos.</summary>
    private static void RememberGateways(IServiceCollection services)
    {
        var provider = services.Last(service => service.ServiceType == typeof(IGatewayListProvider));
        services.Replace(ServiceDescriptor.Singleton<IGatewayListProvider>(container => new LastKnownGateways(
            (IGatewayListProvider)ActivatorUtilities.CreateInstance(container, provider.ImplementationType!))));
    }

    /// <summary>
    /// Retries until the process is stopped. A gateway whose Redis or silos start later is alive but not ready, and
    /// restarting it would not help.
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

/// <summary>
/// Lists the addresses of silos from the membership table. If the table suddenly lists none, it was flushed, although
/// the silos still serve; so the last known list is kept. Otherwise Orleans would disconnect from all silos until the
/// first one has registered again.
/// </summary>
internal sealed class LastKnownGateways(IGatewayListProvider table) : IGatewayListProvider
{
    private IList<Uri> _known = [];

    public TimeSpan MaxStaleness => table.MaxStaleness;

    [Obsolete("Orleans asks no more: every list can change.")]
    public bool IsUpdatable => true;

    public Task InitializeGatewayListProvider() => table.InitializeGatewayListProvider();

    public async Task<IList<Uri>> GetGateways()
    {
        var listed = await table.GetGateways();
        return listed.Count > 0 ? _known = listed : _known;
    }
}
