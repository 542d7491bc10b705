using Npgsql;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Archives;
using Soma.Grains.Storage.Postgres;
using Soma.Testing.Postgres;

namespace Soma.Grains.Tests.Storage.Archives;

public sealed class PostgresArchiveWorld(string address) : ArchiveWorld
{
    public override async Task ServeAsync(Func<ICanonicalStore, IEmbeddingStore, Task> work)
    {
        await using var source = PostgresDataSource.Create(address, PatientPostgres.Options);
        await new PostgresSchema(source, PatientPostgres.Options).InitializeAsync(default);
        var store = new PostgresStore(source, PatientPostgres.Options);
        await work(store, store);
    }

    public override async Task<INamespaceReader> OpenReaderAsync() => await PostgresNamespaceReader.OpenAsync(address, "soma", default);

    public override async Task<INamespaceBuilder> OpenBuilderAsync() => await PostgresNamespaceBuilder.OpenAsync(address, "soma", allowsUnsafe: false, default);

    public override async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(address + ";Search Path=soma;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
