using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Soma.Hosting;
using Soma.Silo.Hosting;

namespace Soma.Serving;

/// <summary>Puts gateway, silo and store together in one process.</summary>
public static class SomaServer
{
    public static WebApplication Build(ServeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ProcessMetrics.Configure();
        var builder = WebProcess.CreateBuilder("soma", options.LogLevel);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options));
        builder.Host.UseOrleans(silo => silo.UseSomaSilo(options.Silo).AddSomaSettings(options));
        builder.Services.AddSomaStore(options).AddSomaService(options);
        var app = builder.Build();
        app.MapSomaService();
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, ServeOptions options)
    {
        // Bodies past the bound are refused by the gateway, in its own words; Kestrel only stops what slips past that.
        const long Slack = 1 << 20;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.Silo.MaxRequestBodyBytes + Slack;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MaxConcurrentConnections = 10_000;
        kestrel.Listen(new IPEndPoint(options.Address, options.Port));
    }
}
