using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Soma.Gateway.Draining;

namespace Soma.Gateway.Hosting;

/// <summary>Configures the HTTP server of a gateway, in a process of its own or beside a silo.</summary>
public static class HttpHosting
{
    /// <summary>
    /// Sets the listening address and the limits of the server, and drains its connections when the process stops.
    /// </summary>
    public static WebApplicationBuilder ListenForSoma(this WebApplicationBuilder builder, HttpOptions http, GatewayOptions gateway)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddDraining(http.DrainTime);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, http, gateway));
        return builder;
    }

    private static void Listen(KestrelServerOptions kestrel, HttpOptions http, GatewayOptions gateway)
    {
        // The gateway itself refuses bodies over the limit, with its own error message. Kestrel's limit is a little
        // larger and only stops what passes the first check.
        const long Slack = 1 << 20;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = gateway.MaxBodyBytes + Slack;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MaxConcurrentConnections = 10_000;
        kestrel.Listen(new IPEndPoint(http.Address, http.Port), listen => listen.UseDraining());
    }
}
