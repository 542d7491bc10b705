using Soma.Hosting.Tls;
using StackExchange.Redis;

namespace Soma.Gateway.Hosting;

/// <summary>The settings of a gateway process, read from its environment.</summary>
public sealed record GatewayProcessOptions
{
    public required HttpOptions Http { get; init; }

    public required GatewayOptions Gateway { get; init; }

    /// <summary>The Redis that lists the silos, and in which all gateways count requests.</summary>
    public required ConfigurationOptions Redis { get; init; }

    /// <summary><c>SOMA_CLUSTER_TLS_CERT_FILE</c>, <c>_KEY_FILE</c>, <c>_CA_FILE</c>; null: calls to silos are not encrypted.</summary>
    public ClusterTls? Tls { get; init; }

    /// <summary><c>SOMA_CLUSTER_ID</c>: the same as the silos'.</summary>
    public required string ClusterId { get; init; }

    /// <summary><c>SOMA_SERVICE_ID</c>: the same as the silos'.</summary>
    public required string ServiceId { get; init; }

    public LogLevel? LogLevel { get; init; }

    /// <exception cref="InvalidSettingException">A variable holds a value that is not allowed.</exception>
    /// <exception cref="StartupException">The token file cannot be read, or the development token would be reachable
    /// from other machines.</exception>
    public static GatewayProcessOptions Read(SettingsReader settings)
    {
        var http = HttpOptions.Read(settings);
        return new GatewayProcessOptions
        {
            Http = http,
            Gateway = GatewayEnvironment.Read(settings, http.Token.Value),
            Redis = RedisSettings.Read(settings),
            Tls = ClusterTls.Read(settings),
            ClusterId = ClusterNames.ClusterId(settings),
            ServiceId = ClusterNames.ServiceId(settings),
            LogLevel = Logs.ReadLevel(settings),
        };
    }
}
