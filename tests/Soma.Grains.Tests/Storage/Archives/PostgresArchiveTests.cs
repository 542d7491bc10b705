using Npgsql;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Archives;
using Soma.Grains.Storage.Forking;
using Soma.Grains.Storage.Postgres;
using Soma.Grains.Tests.Storage.Postgres;

namespace Soma.Grains.Tests.Storage.Archives;

[Collection(PostgresGroup.Name)]
public sealed class PostgresArchiveTests(PostgresFixture fixture) : NamespaceArchiveContract
{
    protected override async Task<ArchiveWorld> NewWorldAsync() => new PostgresArchiveWorld(await fixture.Server.CreateDatabaseAsync());

    [Fact]
    public async Task The_owner_of_a_replaced_namespace_is_fenced_and_its_lease_is_told()
    {
        await using var world = await NewWorldAsync();
        var saved = await FillAsync(world);
        await world.ServeAsync(async (store, embeddings) =>
        {
            var owner = await ArchiveSamples.FillAsync(store, embeddings);
            await world.BuildAsync(async builder =>
            {
                var result = await ArchiveSamples.CopyAsync(world, saved, builder, owner.Key, replace: true);
                Assert.Equal((PublishStatus.Published, TimeSpan.FromSeconds(1)), (result.Status, result.Lease));

                Assert.Equal(CommitStatus.Fenced, (await store.CommitAsync(owner.Puts(50), default)).Status);
                await builder.SweepAsync(default);
            });

            Assert.Empty(await store.ReadEpochsAsync([owner.Id], default));
            Assert.False(await store.AdvanceEpochAsync(owner.Id, owner.Epoch, default));
            var successor = await TestOwner.TakeAsync(store, owner.Key);
            Assert.True(successor.Epoch > owner.Epoch);
            Assert.Equal((false, TimeSpan.FromSeconds(1)), (successor.Taken.PredecessorReleased, successor.Taken.PredecessorLease));
        });
    }

    [Fact]
    public async Task A_released_namespace_leaves_no_lease_to_wait_for()
    {
        await using var world = await NewWorldAsync();
        var saved = await FillAsync(world);
        await world.ServeAsync(async (store, embeddings) =>
        {
            var owner = await ArchiveSamples.FillAsync(store, embeddings);
            await store.ReleaseAsync(owner.Id, owner.Epoch, default);
            await world.BuildAsync(async builder =>
                Assert.Equal(TimeSpan.Zero, (await ArchiveSamples.CopyAsync(world, saved, builder, owner.Key, replace: true)).Lease));
        });
    }

    [Fact]
    public async Task Two_builders_do_not_work_on_one_database()
    {
        await using var world = await NewWorldAsync();
        await world.BuildAsync(async _ => await Assert.ThrowsAsync<BuilderInUseException>(world.OpenBuilderAsync));
        await world.BuildAsync(_ => Task.CompletedTask);
    }

    [Fact]
    public async Task A_database_without_schema_is_told_apart()
    {
        var address = await fixture.Server.CreateDatabaseAsync();
        await Assert.ThrowsAsync<SchemaException>(() => PostgresNamespaceReader.OpenAsync(address, "soma", default));
    }

    [Fact]
    public async Task A_fork_that_is_killed_between_its_copy_and_its_publication_leaves_neither_a_name_nor_rows()
    {
        var address = await fixture.Server.CreateDatabaseAsync();
        await using var world = new PostgresArchiveWorld(address);
        await world.ServeAsync(async (store, embeddings) =>
        {
            var source = await ArchiveSamples.FillAsync(store, embeddings);
            var target = await TestOwner.TakeNewAsync(store);
            await using var connection = new NpgsqlConnection(address + ";Pooling=false");
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            // Whoever publishes has to wait for this row, so the fork has copied everything and stands before its publication.
            await ScalarAsync(connection, $"SELECT 1 FROM soma.namespaces WHERE id = {target.Id} FOR UPDATE");

            var fork = ForkAsync(store, source.Key, target.Key);
            await Soma.Testing.Eventually.TrueAsync(async () => await ScalarAsync(
                connection, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") is true);

            await Assert.ThrowsAsync<StoreUnavailableException>(() => fork);
            await transaction.RollbackAsync();
            Assert.Equal(0L, await ScalarAsync(connection, $"SELECT count(*) FROM soma.log WHERE namespace_id <> {source.Id}"));
            Assert.Equal(2L, await ScalarAsync(connection, "SELECT count(*) FROM soma.namespaces"));

            Assert.Equal(ForkStatus.Forked, (await ForkAsync(store, source.Key, target.Key)).Status);
        });
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
