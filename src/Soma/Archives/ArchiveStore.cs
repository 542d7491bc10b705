using Soma.Grains.Storage.Postgres;
using Soma.Grains.Storage.Sqlite;

namespace Soma.Archives;

/// <summary>The store that a command reads or writes directly, without a running service.</summary>
/// <remarks>
/// The first of these that is set decides: <c>SOMA_POSTGRES_URL</c>, <c>SOMA_DATA_DIR</c>, <c>POSTGRES_HOST</c>. If none is set, the
/// store is the folder <c>./soma-data</c>. So a command reads the store that <c>soma serve</c> or a silo would serve with the same
/// variables.
/// </remarks>
public sealed record ArchiveStore
{
    private const string Folder = "SOMA_DATA_DIR";

    /// <summary>Npgsql's connection string; null: the memories are in <see cref="DataFolder"/>.</summary>
    public string? Postgres { get; init; }

    public required string DataFolder { get; init; }

    /// <summary><c>SOMA_SERVICE_ID</c>: the key under which settings of namespaces are stored.</summary>
    public required string ServiceId { get; init; }

    /// <summary><c>SOMA_ALLOW_UNSAFE_POSTGRES</c>: whether to write to a database that can lose confirmed commits in a crash.</summary>
    public bool AllowsUnsafe { get; init; }

    /// <summary>The store's name in messages, without a password.</summary>
    public string Name => Postgres is null ? DataFolder : "the database";

    /// <exception cref="InvalidSettingException">A variable holds a value that is not allowed.</exception>
    public static ArchiveStore Read(SettingsReader settings)
    {
        var isFolder = PostgresSettings.ReadUrl(settings) is null && settings.Text("POSTGRES_URL") is null && settings.Text(Folder) is not null;
        return new ArchiveStore
        {
            Postgres = isFolder ? null : PostgresSettings.Read(settings),
            DataFolder = Path.GetFullPath(settings.Text(Folder) ?? "soma-data"),
            AllowsUnsafe = PostgresSettings.AllowsUnsafe(settings),
            ServiceId = ClusterNames.ServiceId(settings),
        };
    }

    /// <summary>Opens the store for reading, while a service may go on serving it.</summary>
    public async Task<INamespaceReader> OpenReaderAsync(CancellationToken cancellationToken) => Postgres is { } postgres
        ? await PostgresNamespaceReader.OpenAsync(postgres, ServiceId, cancellationToken)
        : new SqliteNamespaceReader(DataFolder, ServiceId);

    /// <summary>Opens the store for writing whole namespaces. No other process may have a data folder open meanwhile.</summary>
    public async Task<INamespaceBuilder> OpenBuilderAsync(CancellationToken cancellationToken) => Postgres is { } postgres
        ? await PostgresNamespaceBuilder.OpenAsync(postgres, ServiceId, AllowsUnsafe, cancellationToken)
        : await SqliteNamespaceBuilder.OpenAsync(DataFolder, ServiceId, cancellationToken);
}
