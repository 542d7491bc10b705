using System.Net;
using System.Net.Sockets;
using Soma.Grains.Vectors.Qdrant;
using Soma.Hosting.Tls;
using StackExchange.Redis;

namespace Soma.Silo.Hosting;

/// <summary>The settings of a silo process, read from its environment.</summary>
public sealed record SiloProcessOptions
{
    public required SiloOptions Silo { get; init; }

    /// <summary>Npgsql's connection string of the database that all silos share.</summary>
    public required string Postgres { get; init; }

    /// <summary>The vector tier; null: there is none, and every namespace is searched in memory.</summary>
    public QdrantOptions? Qdrant { get; init; }

    /// <summary>The Redis through which the silos find each other.</summary>
    public required ConfigurationOptions Redis { get; init; }

    /// <summary>
    /// <c>POD_IP</c>: the address at which other silos and the gateways reach this silo; <c>auto</c> resolves the
    /// machine's own host name.
    /// </summary>
    public required IPAddress Address { get; init; }

    /// <summary><c>POD_NAME</c>: the name of this silo in dashboards and logs.</summary>
    public required string Name { get; init; }

    /// <summary><c>SOMA_SILO_PORT</c>: the port to which other silos connect.</summary>
    public required int SiloPort { get; init; }

    /// <summary><c>SOMA_SILO_GATEWAY_PORT</c>: the port to which gateways connect.</summary>
    public required int GatewayPort { get; init; }

    /// <summary><c>SOMA_ADMIN_HOST</c>: the address on which health, metrics and the dashboard are served.</summary>
    public required IPAddress AdminAddress { get; init; }

    /// <summary><c>SOMA_ADMIN_PORT</c>: the port on which health, metrics and the dashboard are served.</summary>
    public required int AdminPort { get; init; }

    /// <summary><c>SOMA_TLS_CERT_FILE</c> and <c>SOMA_TLS_KEY_FILE</c>: the admin port speaks HTTPS; null: plain HTTP.</summary>
    public RenewedFiles<TlsCertificate>? AdminCertificate { get; init; }

    /// <summary>
    /// <c>SOMA_CLUSTER_TLS_CERT_FILE</c>, <c>_KEY_FILE</c>, <c>_CA_FILE</c>; null: what comes from gateways and other silos is not
    /// encrypted.
    /// </summary>
    public ClusterTls? Tls { get; init; }

    /// <summary><c>SOMA_OPERATOR_TOKEN_FILE</c> or <c>SOMA_OPERATOR_TOKEN</c>; null: no dashboard.</summary>
    public string? OperatorToken { get; init; }

    /// <summary>
    /// <c>SOMA_PROBE_TIMEOUT_SECONDS</c>: how often silos probe each other, and the timeout of one probe.
    /// </summary>
    public required TimeSpan ProbeTimeout { get; init; }

    /// <summary><c>SOMA_STARTUP_TIMEOUT_SECONDS</c>: how long the start waits for Postgres and Redis.</summary>
    public required TimeSpan StartupTimeout { get; init; }

    public LogLevel? LogLevel { get; init; }

    /// <exception cref="InvalidSettingException">A variable is missing or holds a value that is not
    /// allowed.</exception>
    public static SiloProcessOptions Read(SettingsReader settings)
    {
        var port = settings.WholeNumber("SOMA_SILO_PORT", 11111, 1, IPEndPoint.MaxPort);
        return new SiloProcessOptions
        {
            Silo = SiloOptions.Read(settings),
            Postgres = PostgresSettings.Read(settings)
                ?? throw new InvalidSettingException(PostgresSettings.Url, "must be set (or POSTGRES_HOST): silos share one database."),
            Qdrant = QdrantSettings.Read(settings),
            Redis = RedisSettings.Read(settings),
            Address = ReadOwnAddress(settings),
            Name = settings.Text("POD_NAME") ?? $"{Environment.MachineName}-{port}",
            SiloPort = port,
            GatewayPort = settings.WholeNumber("SOMA_SILO_GATEWAY_PORT", 30000, 1, IPEndPoint.MaxPort),
            AdminAddress = ReadAdminAddress(settings),
            AdminPort = ReadAdminPort(settings),
            AdminCertificate = HttpTls.Read(settings),
            Tls = ClusterTls.Read(settings),
            OperatorToken = SecretSetting.Read(settings, "SOMA_OPERATOR_TOKEN")?.Value,
            ProbeTimeout = TimeSpan.FromSeconds(settings.Number("SOMA_PROBE_TIMEOUT_SECONDS", 1, 0.2, 60)),
            StartupTimeout = TimeSpan.FromSeconds(settings.Number("SOMA_STARTUP_TIMEOUT_SECONDS", 60, 0, 3600)),
            LogLevel = Logs.ReadLevel(settings),
        };
    }
    internal static IPAddress ReadAdminAddress(SettingsReader settings) => settings.Address("SOMA_ADMIN_HOST", IPAddress.Loopback);

    internal static int ReadAdminPort(SettingsReader settings) => settings.WholeNumber("SOMA_ADMIN_PORT", 9596, 1, IPEndPoint.MaxPort);

    /// <summary>
    /// Resolves the host name of this machine. Containers that are started from one definition cannot be given their
    /// addresses beforehand.
    /// </summary>
    private static IPAddress ReadOwnAddress(SettingsReader settings)
    {
        const string Variable = "POD_IP";
        if (settings.Text(Variable) != "auto")
        {
            return settings.Address(Variable, IPAddress.Loopback);
        }

        return OwnAddresses().OrderBy(address => address.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).FirstOrDefault()
            ?? throw new InvalidSettingException(Variable, "is auto, but this machine's own name stands for no address that others could reach.");
    }

    private static IEnumerable<IPAddress> OwnAddresses()
    {
        try
        {
            return Dns.GetHostAddresses(Dns.GetHostName()).Where(address => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal);
        }
        catch (SocketException)
        {
            return [];
        }
    }
}
