using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;
using Orleans.Dashboard;
using Soma.Hosting.Tls;
using StackExchange.Redis;

namespace Soma.Silo.Hosting;

/// <summary>Configures Orleans for Soma.</summary>
/// <remarks>
/// Orleans' default grain directory is used, which promises a single activation per grain only eventually. A second
/// activation of a namespace cannot write, because the epoch in the canonical store refuses its commits. A strongly
/// consistent directory would add nothing but unavailability.
/// </remarks>
public static class SiloHosting
{
    /// <summary>Long enough for commits in flight to finish, and shorter than the host's shutdown timeout.</summary>
    private static readonly TimeSpan DeactivationTimeout = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Configures one silo alone, with its client in the same process. Only the HTTP port needs to be chosen.
    /// </summary>
    public static ISiloBuilder UseSomaSilo(this ISiloBuilder silo, SiloOptions options)
    {
        // Gateway port 0 opens no port: the client in this process calls the grains without a socket.
        silo.UseLocalhostClustering(FreeLoopbackPort(), gatewayPort: 0, serviceId: options.ServiceId, clusterId: options.ClusterId);
        return silo.ConfigureSoma(options);
    }

    /// <summary>Configures one silo of a cluster. The silos find each other through Redis.</summary>
    public static ISiloBuilder UseSomaCluster(this ISiloBuilder silo, SiloProcessOptions options, IConnectionMultiplexer redis)
    {
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
        if (options.Tls is { } tls)
        {
            silo.Services.AddRenewedFiles(tls.Files);
            silo.UseTls(tls.Configure);
        }

        if (options.OperatorToken is not null)
        {
            // The dashboard's trace page shows log lines. They may name namespaces, and not everyone who may see the
            // cluster's state may see those.
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
            // The commit queue refuses excess writes earlier. This limit is for calls that never reach the commit
            // queue.
            messaging.MaxEnqueuedRequestsHardLimit = 10_000;
        });
        silo.Configure<ClientMessagingOptions>(messaging => SetMessaging(messaging, options));
        silo.Configure<GrainCollectionOptions>(collection =>
        {
            collection.CollectionAge = TimeSpan.FromMinutes(15);
            collection.DeactivationTimeout = DeactivationTimeout;
            collection.EnableActivationSheddingOnMemoryPressure = true;
        });
        // While a namespace's grain runs one turn, all its other calls wait. Ranking and parsing run off the turn, so a
        // turn this long is counted: microsoft_orleans_orleans_scheduler_long_running_turns.
        silo.Configure<SchedulingOptions>(scheduling => scheduling.TurnWarningLengthThreshold = TimeSpan.FromMilliseconds(200));
        return silo;
    }

    /// <summary>
    /// A silo that misses three probes in a row is declared dead by two others, so after about three probe timeouts.
    /// This time decides how long the namespaces of a killed silo are unavailable. Correctness does not depend on it.
    /// </summary>
    private static void SetMembership(ClusterMembershipOptions membership, TimeSpan probe)
    {
        membership.ProbeTimeout = probe;
        membership.MinProbeTimeout = probe / 2;
        membership.MaxProbeTimeout = probe * 4;
        membership.NumMissedProbesLimit = 3;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        // After a whole cluster died, new silos wait until the old rows are three of these intervals old.
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        membership.MaxJoinAttemptTime = TimeSpan.FromMinutes(2);
    }

    private static void SetMessaging(MessagingOptions messaging, SiloOptions options)
    {
        // The gateway answers its client at the request's deadline. This timeout only frees calls whose silo will never
        // answer.
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
