using Soma.Grains.Interfaces;
using Soma.Grains.Storage.Postgres;
using Soma.Testing;
using Soma.Testing.Postgres;

namespace Soma.Grains.Tests.Storage.Postgres;

/// <summary>What survives a crash of the server; a server of its own, since the others are in use meanwhile.</summary>
public sealed class PostgresCrashTests : IDisposable
{
    private readonly PostgresServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Committed_batches_survive_a_crash_and_the_store_comes_back_by_itself()
    {
        var options = PatientPostgres.Options;
        await using var dataSource = PostgresDataSource.Create(await _server.CreateDatabaseAsync(), options);
        await new PostgresSchema(dataSource, options).InitializeAsync(default);
        var store = new PostgresStore(dataSource, options);
        var owner = await TestOwner.TakeNewAsync(store);
        for (var i = 0; i < 20; i++)
        {
            await owner.CommitAsync(owner.Puts(i, i + 1));
        }

        _server.StopImmediate();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CheckWritableAsync(default));
        _server.Start();
        await Eventually.TrueAsync(() => IsWritableAsync(store));

        Assert.Equal(40, (await store.ReadLogAsync(owner.Id, 0, 100, default)).Count);
        Assert.Equal(21, (await owner.CountsAsync()).Total);
        await owner.CommitAsync(owner.Puts(1));
    }

    private static async Task<bool> IsWritableAsync(PostgresStore store)
    {
        try
        {
            await store.CheckWritableAsync(default);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
