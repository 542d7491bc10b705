using Soma.Grains.Storage.Postgres;
using Soma.Grains.Storage.Sqlite;

namespace Soma.Archives;

/// <summary>Where the memories lie that a command reads or writes without a service in between.</summary>
/// <remarks>
/// <c>SOMA_POSTGRES_URL</c> decides, then <c>SOMA_DATA_DIR</c>, then <c>POSTGRES_HOST</c> and its companions as a silo reads
/// them; without any of them it is <c>./soma-data</c>. So a command reads what <c>soma serve</c> or a silo would serve with the
/// same variables.
/// </remarks>
public sealed record ArchiveStore
{
    private const string Folder = "SOMA_DATA_DIR";

    /// <summary>The driver's connection string; null: the memories lie in <see cref="DataFolder"/>.</summary>
    public string? Postgres { get; init; }

    public required string DataFolder { get; init; }

    /// <summary><c>SOMA_SERVICE_ID</c>; settings are filed under it.</summary>
    public required string ServiceId { get; init; }

    /// <summary><c>SOMA_ALLOW_UNSAFE_POSTGRES</c>: whether a database is written to that can lose confirmed commits in a crash.</summary>
    public bool AllowsUnsafe { get; init; }

    /// <summary>What a person calls it, without a password.</summary>
    public string Name => Postgres is null ? DataFolder : "the database";

    /// <exception cref="InvalidSettingException">A variable holds a value that is not allowed.</exception>
    public static ArchiveStore Read(SettingsReader settings)
    {
        var isFolder = settings.Text(PostgresSettings.Url) is null && settings.Text("POSTGRES_URL") is null && settings.Text(Folder) is not null;
        return new ArchiveStore
        {
            Postgres = isFolder ? null : PostgresSettings.Read(settings),
            DataFolder = Path.GetFullPath(settings.Text(Folder) ?? "soma-data"),
            AllowsUnsafe = PostgresSettings.AllowsUnsafe(settings),
            ServiceId = ClusterNames.ServiceId(settings),
        };
    }

    /// <summary>Reads beside whoever serves.</summary>
    public async Task<INamespaceReader> OpenReaderAsync(CancellationToken cancellationToken) => Postgres is { } postgres
        ? await PostgresNamespaceReader.OpenAsync(postgres, ServiceId, cancellationToken)
        : new SqliteNamespaceReader(DataFolder, ServiceId);

    /// <summary>Writes whole namespaces; of a folder nobody else may have it open.</summary>
    public async Task<INamespaceBuilder> OpenBuilderAsync(CancellationToken cancellationToken) => Postgres is { } postgres
        ? await PostgresNamespaceBuilder.OpenAsync(postgres, ServiceId, AllowsUnsafe, cancellationToken)
        : await SqliteNamespaceBuilder.OpenAsync(DataFolder, ServiceId, cancellationToken);
}
