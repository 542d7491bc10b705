using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Soma.Gateway.Draining;
using Soma.Hosting.Tls;

namespace Soma.Gateway.Hosting;

/// <summary>The address of the HTTP service, and its token.</summary>
public sealed record HttpOptions
{
    public const string HostVariable = "SOMA_API_HOST";
    public const string PortVariable = "SOMA_API_PORT";
    public const string PublishedVariable = "SOMA_API_PUBLISHED_HOST";

    /// <summary><c>SOMA_API_HOST</c>.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>
    /// <c>SOMA_API_PUBLISHED_HOST</c>: the address of the host machine at which a container's port is published, if
    /// that is the only way in. Outside of containers it is <see cref="Address"/>.
    /// </summary>
    public IPAddress PublishedAddress { get => field ?? Address; init; }

    /// <summary><c>SOMA_API_PORT</c>.</summary>
    public required int Port { get; init; }

    /// <summary><c>SOMA_TLS_CERT_FILE</c> and <c>SOMA_TLS_KEY_FILE</c>; null: plain HTTP.</summary>
    public RenewedFiles<TlsCertificate>? Certificate { get; init; }

    public required SecretSetting Token { get; init; }

    /// <summary>
    /// <c>SOMA_DRAIN_SECONDS</c>: how long idle client connections stay open after the process was told to stop.
    /// </summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A socket that is served too, for processes on this machine; null: none.</summary>
    public string? Socket { get; init; }

    /// <summary>Whether <see cref="Socket"/> is served alone, and no port.</summary>
    public bool IsSocketOnly { get; init; }

    /// <summary>The URL at which a client on this machine reaches the service.</summary>
    public string Url => WebProcess.ToUrl(Address, Port, Certificate is not null);

    public bool HasDevelopmentToken => ApiToken.IsDevelopment(Token);

    /// <summary>
    /// The line that is printed at the start if the development token is in use; null: no line. That token is only accepted on
    /// loopback.
    /// </summary>
    public string? Notice => HasDevelopmentToken
        ? $"note: everyone on this machine can use the token '{ApiToken.Development}'; set SOMA_API_TOKEN or SOMA_API_TOKEN_FILE for your own."
        : null;

    /// <exception cref="InvalidSettingException">A variable holds a value that is not allowed.</exception>
    /// <exception cref="StartupException">The token file cannot be read, or the development token would be reachable
    /// from other machines.</exception>
    public static HttpOptions Read(SettingsReader settings)
    {
        var options = new HttpOptions
        {
            Address = ReadAddress(settings),
            PublishedAddress = settings.Address(PublishedVariable, ReadAddress(settings)),
            Port = ReadPort(settings),
            Certificate = HttpTls.Read(settings),
            Token = ApiToken.Read(settings),
            DrainTime = TimeSpan.FromSeconds(settings.Number("SOMA_DRAIN_SECONDS", 5, 0, 300)),
        };
        return options.HasDevelopmentToken && !IPAddress.IsLoopback(options.PublishedAddress)
            ? throw new StartupException(
                ExitCode.UnsafeToken,
                $"refusing to be reached at {options.PublishedAddress} with the token '{ApiToken.Development}'; set SOMA_API_TOKEN or SOMA_API_TOKEN_FILE.")
            : options;
    }

    /// <summary>The URL at which a client on this machine reaches the service that runs with these settings.</summary>
    /// <exception cref="InvalidSettingException">The address or the port is not valid.</exception>
    public static Uri ReadUrl(SettingsReader settings) =>
        new Uri(WebProcess.ToUrl(ReadAddress(settings), ReadPort(settings), HttpTls.IsOn(settings)));

    private static IPAddress ReadAddress(SettingsReader settings) => settings.Address(HostVariable, IPAddress.Loopback);

    private static int ReadPort(SettingsReader settings) => settings.WholeNumber(PortVariable, 9595, 1, IPEndPoint.MaxPort);
}

/// <summary>Configures the HTTP server of a gateway, in a process of its own or beside a silo.</summary>
public static class HttpHosting
{
    /// <summary>
    /// Sets the listening address and the limits of the server, and drains its connections when the process stops.
    /// </summary>
    public static WebApplicationBuilder ListenForSoma(this WebApplicationBuilder builder, HttpOptions http, GatewayOptions gateway)
    {
        builder.Services.AddDraining(http.DrainTime);
        builder.Services.AddRenewedFiles(http.Certificate);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, http, gateway));
        return builder;
    }

    private static void Listen(KestrelServerOptions kestrel, HttpOptions http, GatewayOptions gateway)
    {
        // The gateway itself refuses bodies over the limit, with its own error message. Kestrel's limit is a little
        // larger and only stops what passes the first check.
        const long Slack = 1 << 20;
        // A line ends with CR LF and nothing else. If a bare LF ended one too, a proxy that does not think so would see other headers.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = gateway.MaxBodyBytes + Slack;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MaxConcurrentConnections = 10_000;
        if (!http.IsSocketOnly)
        {
            kestrel.Listen(new IPEndPoint(http.Address, http.Port), listen =>
            {
                listen.UseDraining();
                listen.UseTls(http.Certificate);
            });
        }

        if (http.Socket is { } socket)
        {
            kestrel.ListenLocally(socket);
        }
    }
}
