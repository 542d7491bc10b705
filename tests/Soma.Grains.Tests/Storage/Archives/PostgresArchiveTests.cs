using Soma.Grains.Storage;
using Soma.Grains.Storage.Archives;
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
}
