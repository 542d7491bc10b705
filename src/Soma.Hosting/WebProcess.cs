using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Soma.Hosting;

/// <summary>What every process of Soma starts from: its logs, its patience at the end, and nothing it was not told.</summary>
public static class WebProcess
{
    /// <summary>More than a grain gets to deactivate, less than a supervisor waits before it kills.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(45);

    public static WebApplicationBuilder CreateBuilder(string name, LogLevel? logLevel)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        // Only the documented variables count: a stray appsettings.json or ASPNETCORE_URLS would move the port unseen.
        builder.Configuration.Sources.Clear();
        builder.Logging.AddSomaLogs(logLevel);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        return builder;
    }

    /// <summary>Where a client on this machine reaches an address that is listened on.</summary>
    public static string ToUrl(IPAddress address, int port)
    {
        ArgumentNullException.ThrowIfNull(address);
        var reachable = address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address;
        return $"http://{new IPEndPoint(reachable, port)}";
    }
}
