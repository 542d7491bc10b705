using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Soma.Silo.Hosting;

namespace Soma.Serving;

/// <summary>Puts gateway, silo and store together in one process.</summary>
public static class SomaServer
{
    /// <summary>More than a grain gets to deactivate, less than a supervisor waits before it kills.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(45);

    public static WebApplication Build(ServeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "soma",
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        // Only the documented variables count: a stray appsettings.json or ASPNETCORE_URLS would move the port unseen.
        builder.Configuration.Sources.Clear();
        builder.Logging.AddSomaLogs(options.LogLevel);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
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
