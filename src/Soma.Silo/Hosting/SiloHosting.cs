using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;
using Orleans.Dashboard;
using StackExchange.Redis;

namespace Soma.Silo.Hosting;

/// <summary>How Orleans is set up for Soma.</summary>
/// <remarks>
/// The grain directory stays Orleans' default, which only promises one activation eventually. A namespace's epoch in the
/// canonical store is what keeps a second one from writing, so a stronger directory would only cost availability.
/// </remarks>
public static class SiloHosting
{
    /// <summary>Long enough to let commits in flight finish, shorter than the host's own patience with us.</summary>
    private static readonly TimeSpan DeactivationTimeout = TimeSpan.FromSeconds(20);

    /// <summary>One silo, alone, with its client in the same process: nothing but the HTTP port is fixed.</summary>
    public static ISiloBuilder UseSomaSilo(this ISiloBuilder silo, SiloOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        // Port 0 opens no gateway: the client of this process calls its grains without a socket.
        silo.UseLocalhostClustering(FreeLoopbackPort(), gatewayPort: 0, serviceId: options.ServiceId, clusterId: options.ClusterId);
        return silo.ConfigureSoma(options);
    }

    /// <summary>One silo of many, which find each other through Redis.</summary>
    public static ISiloBuilder UseSomaCluster(this ISiloBuilder silo, SiloProcessOptions options, IConnectionMultiplexer redis)
    {
        ArgumentNullException.ThrowIfNull(options);
        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.Silo.ClusterId, options.Silo.ServiceId));
        silo.Configure<Orleans.Configuration.SiloOptions>(named => named.SiloName = options.Name);
        silo.ConfigureEndpoints(
            options.Address, options.SiloPort, options.GatewayPort, listenOnAnyHostAddress: !IPAddress.IsLoopback(options.Address));
        silo.UseRedisClustering(clustering =>
        {
            clustering.ConfigurationOptions = options.Redis;
            clustering.CreateMultiplexer = _ => Task.FromResult((redis, true));
        });
        silo.Configure<ClusterMembershipOptions>(membership => SetMembership(membership, options.ProbeTimeout));
        if (options.OperatorToken is not null)
        {
            // What passes through logs may not be shown to everyone who may see how the cluster is.
            silo.AddDashboard(dashboard => dashboard.HideTrace = true);
        }

        return silo.ConfigureSoma(options.Silo);
    }

    private static ISiloBuilder ConfigureSoma(this ISiloBuilder silo, SiloOptions options)
    {
        silo.AddActivityPropagation();
        silo.Configure<SiloMessagingOptions>(messaging =>
        {
            SetMessaging(messaging, options);
            messaging.SystemResponseTimeout = TimeSpan.FromSeconds(10);
            // The commit queue's own bound comes first; this one is for calls that never reach it.
            messaging.MaxEnqueuedRequestsHardLimit = 10_000;
        });
        silo.Configure<ClientMessagingOptions>(messaging => SetMessaging(messaging, options));
        silo.Configure<GrainCollectionOptions>(collection =>
        {
            collection.CollectionAge = TimeSpan.FromMinutes(15);
            collection.DeactivationTimeout = DeactivationTimeout;
            collection.EnableActivationSheddingOnMemoryPressure = true;
        });
        // A turn of a namespace stands in the way of all its other calls: ranking and parsing run off the turn.
        silo.Configure<SchedulingOptions>(scheduling => scheduling.TurnWarningLengthThreshold = TimeSpan.FromMilliseconds(200));
        return silo;
    }

    /// <summary>
    /// A silo that misses three looks in a row is declared dead by two others, after about three probe time-outs. How fast
    /// that is decides how long a killed silo's namespaces pause; correctness does not depend on it.
    /// </summary>
    private static void SetMembership(ClusterMembershipOptions membership, TimeSpan probe)
    {
        membership.ProbeTimeout = probe;
        membership.MinProbeTimeout = probe / 2;
        membership.MaxProbeTimeout = probe * 4;
        membership.NumMissedProbesLimit = 3;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        // Three of these are how long the rows of a cluster that died as a whole keep its successors waiting.
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        membership.MaxJoinAttemptTime = TimeSpan.FromMinutes(2);
    }

    private static void SetMessaging(MessagingOptions messaging, SiloOptions options)
    {
        // The gateway answers at its request's deadline; this only reclaims calls whose silo will never answer.
        messaging.ResponseTimeout = options.ResponseTimeout;
        messaging.CancelRequestOnTimeout = true;
        messaging.MaxMessageBodySize = options.MaxMessageBytes;
    }

    private static int FreeLoopbackPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
