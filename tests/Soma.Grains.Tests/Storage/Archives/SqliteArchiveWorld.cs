using Soma.Grains.Storage;
using Soma.Grains.Storage.Archives;
using Soma.Grains.Storage.Sqlite;
using Soma.Grains.Tests.Storage.Sqlite;

namespace Soma.Grains.Tests.Storage.Archives;

public sealed class SqliteArchiveWorld : ArchiveWorld
{
    private readonly TempFolder _folder = new();

    public override async Task ServeAsync(Func<ICanonicalStore, IEmbeddingStore, Task> work)
    {
        using var database = new SqliteDatabase(_folder.Path);
        await database.InitializeAsync(default);
        var store = new SqliteStore(database);
        await work(store, store);
    }

    public override Task<INamespaceReader> OpenReaderAsync() => Task.FromResult<INamespaceReader>(new SqliteNamespaceReader(_folder.Path, "soma"));

    public override async Task<INamespaceBuilder> OpenBuilderAsync() => await SqliteNamespaceBuilder.OpenAsync(_folder.Path, "soma", default);

    public override Task ExecuteAsync(string sql)
    {
        using var session = new SqliteSession(Path.Combine(_folder.Path, "soma.db"), Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite);
        session.ExecuteScript(sql);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
