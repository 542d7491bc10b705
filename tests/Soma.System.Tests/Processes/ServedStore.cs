namespace Soma.System.Tests.Processes;

/// <summary>The folder or database of a process, which is kept when the process ends.</summary>
internal sealed class ServedStore : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string? _database;

    private ServedStore(string? database) => _database = database;

    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>
    {
        ["SOMA_DATA_DIR"] = _folder.Location,
        ["SOMA_POSTGRES_URL"] = _database,
    };

    public static async Task<ServedStore> CreateAsync(StoreKind kind, PostgresFixture postgres) =>
        new(kind == StoreKind.Postgres ? await postgres.CreateDatabaseAsync() : null);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
