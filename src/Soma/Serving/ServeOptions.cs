using System.Net;
using Soma.Gateway;
using Soma.Hosting;
using Soma.Silo.Hosting;

namespace Soma.Serving;

/// <summary>What <c>soma serve</c> is told by its environment.</summary>
public sealed record ServeOptions
{
    /// <summary><c>SOMA_API_HOST</c>.</summary>
    public required IPAddress Address { get; init; }

    /// <summary><c>SOMA_API_PORT</c>.</summary>
    public required int Port { get; init; }

    /// <summary><c>SOMA_DATA_DIR</c>, as a full path; used unless <see cref="PostgresUrl"/> is set.</summary>
    public required string DataFolder { get; init; }

    /// <summary><c>SOMA_POSTGRES_URL</c>; null: the memories lie in <see cref="DataFolder"/>.</summary>
    public string? PostgresUrl { get; init; }

    public required ApiToken Token { get; init; }

    /// <summary><c>LOG_LEVEL</c>; null: only what needs somebody's attention.</summary>
    public LogLevel? LogLevel { get; init; }

    public required SiloOptions Silo { get; init; }

    public required GatewayOptions Gateway { get; init; }

    /// <summary>Where a client on this machine reaches the service.</summary>
    public string Url => WebProcess.ToUrl(Address, Port);

    /// <exception cref="InvalidSettingException">A variable holds something impossible.</exception>
    /// <exception cref="StartupException">The token file cannot be read, or the token is not fit for the address.</exception>
    public static ServeOptions Read(SettingsReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var token = ApiToken.Read(settings);
        var options = new ServeOptions
        {
            Address = ReadAddress(settings),
            Port = settings.WholeNumber("SOMA_API_PORT", 9595, 1, IPEndPoint.MaxPort),
            DataFolder = Path.GetFullPath(settings.Text("SOMA_DATA_DIR") ?? "soma-data"),
            PostgresUrl = settings.Text("SOMA_POSTGRES_URL"),
            Token = token,
            LogLevel = Logs.ReadLevel(settings),
            Silo = SiloOptions.Read(settings),
            Gateway = GatewayEnvironment.Read(settings, token.Value),
        };
        return options.Token.IsDevelopment && !IPAddress.IsLoopback(options.Address)
            ? throw new StartupException(
                ExitCode.UnsafeToken,
                $"refusing to listen on {options.Address} with the token '{ApiToken.Development}'; set SOMA_API_TOKEN or SOMA_API_TOKEN_FILE.")
            : options;
    }

    private static IPAddress ReadAddress(SettingsReader settings)
    {
        const string Variable = "SOMA_API_HOST";
        var host = settings.Text(Variable);
        return host is null or "localhost" ? IPAddress.Loopback
            : IPAddress.TryParse(host, out var address) ? address
            : throw new InvalidSettingException(Variable, "must be an IP address of this machine, 0.0.0.0 for all, or localhost.");
    }
}
