using Soma.Gateway;
using Soma.Grains.Vectors.Qdrant;

namespace Soma.Serving;

/// <summary>The settings of <c>soma serve</c>, read from its environment.</summary>
public sealed record ServeOptions
{
    public required HttpOptions Http { get; init; }

    /// <summary><c>SOMA_DATA_DIR</c>, as a full path; used unless <see cref="Postgres"/> is set.</summary>
    public required string DataFolder { get; init; }

    /// <summary>
    /// Npgsql's connection string, from <c>SOMA_POSTGRES_URL</c>; null: the memories are stored in <see
    /// cref="DataFolder"/>.
    /// </summary>
    public string? Postgres { get; init; }

    /// <summary>The vector tier, from <c>SOMA_QDRANT_URL</c>; null: there is none.</summary>
    public QdrantOptions? Qdrant { get; init; }

    /// <summary><c>LOG_LEVEL</c>; null: the default level, warning.</summary>
    public LogLevel? LogLevel { get; init; }

    public required SiloOptions Silo { get; init; }

    public required GatewayOptions Gateway { get; init; }

    /// <exception cref="InvalidSettingException">A variable holds a value that is not allowed.</exception>
    /// <exception cref="StartupException">The token file cannot be read, or the development token would be reachable
    /// from other machines.</exception>
    public static ServeOptions Read(SettingsReader settings)
    {
        var http = HttpOptions.Read(settings);
        return new ServeOptions
        {
            Http = http,
            DataFolder = Path.GetFullPath(settings.Text("SOMA_DATA_DIR") ?? "soma-data"),
            // Only the URL settings choose Postgres and Qdrant here. POSTGRES_HOST may be set on a developer's machine
            // for another program.
            Postgres = PostgresSettings.ReadUrl(settings) is null ? null : PostgresSettings.Read(settings),
            Qdrant = settings.Text(QdrantSettings.Url) is null ? null : QdrantSettings.Read(settings),
            LogLevel = Logs.ReadLevel(settings),
            Silo = SiloOptions.Read(settings),
            Gateway = GatewayEnvironment.Read(settings, http.Token.Value),
        };
    }
}
