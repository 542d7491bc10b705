using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;

namespace Soma.Silo.Hosting;

/// <summary>How Orleans is set up for Soma.</summary>
public static class SiloHosting
{
    /// <summary>Long enough to let commits in flight finish, shorter than the host's own patience with us.</summary>
    private static readonly TimeSpan DeactivationTimeout = TimeSpan.FromSeconds(20);

    /// <summary>One silo, alone, with its client in the same process: nothing but the HTTP port is fixed.</summary>
    /// <remarks>
    /// The grain directory stays Orleans' default, which only promises one activation eventually. A namespace's epoch in
    /// the canonical store is what keeps a second one from writing, so a stronger directory would only cost availability.
    /// </remarks>
    public static ISiloBuilder UseSomaSilo(this ISiloBuilder silo, SiloOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        // Port 0 opens no gateway: the client of this process calls its grains without a socket.
        silo.UseLocalhostClustering(FreeLoopbackPort(), gatewayPort: 0, serviceId: options.ServiceId, clusterId: options.ClusterId);
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
