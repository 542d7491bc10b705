using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Soma.Hosting;

/// <summary>
/// Creates the web host that every Soma process starts from: with its logs, its shutdown timeout, and no configuration
/// source except the documented variables.
/// </summary>
public static class WebProcess
{
    /// <summary>
    /// Longer than a grain may take to deactivate (20 s), shorter than a supervisor waits before it kills the process
    /// (60 s).
    /// </summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(45);

    public static WebApplicationBuilder CreateBuilder(string name, LogLevel? logLevel)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        // Only the documented variables may configure the process: a stray appsettings.json or ASPNETCORE_URLS could
        // move the port unnoticed.
        builder.Configuration.Sources.Clear();
        builder.Logging.AddSomaLogs(logLevel);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHostedService<MemoryReturn>();
        return builder;
    }

    /// <summary>The URL at which a client on this machine reaches a listening address.</summary>
    public static string ToUrl(IPAddress address, int port, bool isTls)
    {
        var reachable = address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address;
        return $"{(isTls ? "https" : "http")}://{new IPEndPoint(reachable, port)}";
    }
}

/// <summary>The version this build calls itself, e.g. <c>0.1.0</c>.</summary>
public static class ProductVersion
{
    public static string Current { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
