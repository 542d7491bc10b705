using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Soma.Gateway.Draining;

namespace Soma.Gateway.Hosting;

/// <summary>How the HTTP server of a gateway is set up, in whichever process it runs.</summary>
public static class HttpHosting
{
    /// <summary>Listens, within bounds, and drains when the process stops.</summary>
    public static WebApplicationBuilder ListenForSoma(this WebApplicationBuilder builder, HttpOptions http, GatewayOptions gateway)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddDraining(http.DrainTime);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, http, gateway));
        return builder;
    }

    private static void Listen(KestrelServerOptions kestrel, HttpOptions http, GatewayOptions gateway)
    {
        // Bodies past the bound are refused by the gateway, in its own words; Kestrel only stops what slips past that.
        const long Slack = 1 << 20;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = gateway.MaxBodyBytes + Slack;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MaxConcurrentConnections = 10_000;
        kestrel.Listen(new IPEndPoint(http.Address, http.Port), listen => listen.UseDraining());
    }
}
