using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Archives;

namespace Soma.Grains.Tests.Storage.Archives;

/// <summary>What reading and building whole namespaces promises, whichever database is below.</summary>
public abstract partial class NamespaceArchiveContract
{
    private static readonly NamespaceKey Copy = new("tenant", "copy");

    protected abstract Task<ArchiveWorld> NewWorldAsync();

    [Fact]
    public async Task A_namespace_that_is_carried_over_is_the_same_row_by_row()
    {
        await using var world = await NewWorldAsync();
        var key = await FillAsync(world);

        await world.BuildAsync(async builder => Assert.Equal(PublishStatus.Published, (await ArchiveSamples.CopyAsync(world, key, builder, Copy)).Status));

        var original = await ArchiveSamples.DescribeAsync(world, key);
        Assert.Equal(original, await ArchiveSamples.DescribeAsync(world, Copy));
        Assert.Equal(21, original.Count);
    }

    [Fact]
    public async Task What_was_carried_over_is_owned_and_written_on()
    {
        await using var world = await NewWorldAsync();
        var key = await FillAsync(world);
        await world.BuildAsync(builder => ArchiveSamples.CopyAsync(world, key, builder, Copy));

        await world.ServeAsync(async (store, _) =>
        {
            var owner = await TestOwner.TakeAsync(store, Copy);
            Assert.Equal((9, 5, 1), (owner.Head, owner.CommitNo, owner.Taken.BroughtDimension));
            await owner.CommitAsync(owner.Puts(1));
            var log = await store.ReadLogAsync(owner.Id, 9, 10, default);
            Assert.True(Assert.Single(log).Epoch > (await store.ReadLogAsync(owner.Id, 0, 9, default)).Max(row => row.Epoch));
        });
    }

    [Fact]
    public async Task Nobody_sees_what_is_not_published_and_the_next_builder_sweeps_it()
    {
        await using var world = await NewWorldAsync();
        var key = await FillAsync(world);
        long abandoned = 0;
        await world.BuildAsync(async builder =>
        {
            abandoned = await builder.BeginAsync(default);
            await builder.WriteAsync(abandoned, ArchiveTables.Log, RowsAsync(Put(1, 1)), default);
        });

        await world.ServeAsync(async (store, _) =>
        {
            var stats = await store.ReadStatsAsync(true, default);
            Assert.Equal(key, Assert.Single(stats.Namespaces).Key);
            Assert.Equal(3, stats.Total.Total);
            Assert.Single(await store.ReadLogAsync(abandoned, 0, 10, default));
        });
        await using (var reader = await world.OpenReaderAsync())
        {
            Assert.Equal(key, Assert.Single(await reader.ListAsync(default)).Key);
        }

        await world.BuildAsync(builder => builder.SweepAsync(default));

        await world.ServeAsync(async (store, _) =>
        {
            Assert.Empty(await store.ReadLogAsync(abandoned, 0, 10, default));
            Assert.DoesNotContain(abandoned, (await store.ReadEpochsAsync([abandoned], default)).Keys);
        });
    }

    [Fact]
    public async Task A_name_that_was_written_to_is_kept_unless_it_may_be_replaced()
    {
        await using var world = await NewWorldAsync();
        var (first, second) = (await FillAsync(world), await FillAsync(world));
        var before = await ArchiveSamples.DescribeAsync(world, second);

        await world.BuildAsync(async builder =>
            Assert.Equal(PublishStatus.NotEmpty, (await ArchiveSamples.CopyAsync(world, first, builder, second)).Status));
        Assert.Equal(before, await ArchiveSamples.DescribeAsync(world, second));

        await world.BuildAsync(async builder =>
        {
            Assert.Equal(PublishStatus.Published, (await ArchiveSamples.CopyAsync(world, first, builder, second, replace: true)).Status);
            await builder.SweepAsync(default);
        });
        Assert.Equal(await ArchiveSamples.DescribeAsync(world, first), await ArchiveSamples.DescribeAsync(world, second));
    }

    [Fact]
    public async Task What_another_builder_swept_cannot_be_published()
    {
        await using var world = await NewWorldAsync();
        var key = await FillAsync(world);
        await world.BuildAsync(async builder =>
        {
            var id = await builder.BeginAsync(default);
            await builder.SweepAsync(default);
            var result = await builder.PublishAsync(new Publication { Id = id, Key = key, Row = new NamespaceRow(), Replace = true }, default);
            Assert.Equal(PublishStatus.Swept, result.Status);
        });
        Assert.Equal(21, (await ArchiveSamples.DescribeAsync(world, key)).Count);
    }

    [Fact]
    public async Task Memories_and_links_follow_from_the_log_alone()
    {
        await using var world = await NewWorldAsync();
        var key = await FillAsync(world);
        await world.BuildAsync(async builder =>
        {
            await using var reader = await world.OpenReaderAsync();
            await using var snapshot = await reader.OpenAsync(key, default);
            var id = await builder.BeginAsync(default);
            await builder.WriteAsync(id, ArchiveTables.Log, snapshot!.ReadAsync(ArchiveTables.Log, default), default);
            await builder.DeriveAsync(id, default);
            var facts = await builder.ExamineAsync(id, default);
            Assert.Empty(facts.Compare(snapshot.Row with { Counts = facts.Counts }));
            Assert.Equal(snapshot.Row.Counts, facts.Counts);
            await builder.PublishAsync(new Publication { Id = id, Key = Copy, Row = facts.ToRow() }, default);
        });

        var wanted = (await ArchiveSamples.DescribeAsync(world, key)).Where(IsDerived).Select(WithoutAccesses);
        Assert.Equal(wanted, (await ArchiveSamples.DescribeAsync(world, Copy)).Where(IsDerived).Select(WithoutAccesses));
    }

    [Fact]
    public async Task A_log_without_versions_gets_them_in_its_order()
    {
        await using var world = await NewWorldAsync();
        await world.BuildAsync(async builder =>
        {
            var id = await builder.BeginAsync(default);
            await builder.WriteAsync(id, ArchiveTables.Log, RowsAsync(Put(1, 1), Put(2, 2), Put(3, 1)), default);
            await builder.NumberVersionsAsync(id, default);
            await builder.DeriveAsync(id, default);
            var facts = await builder.ExamineAsync(id, default);
            Assert.Empty(facts.Compare(facts.ToRow()));
            await builder.PublishAsync(new Publication { Id = id, Key = Copy, Row = facts.ToRow() }, default);
        });

        await world.ServeAsync(async (store, _) =>
        {
            var owner = await TestOwner.TakeAsync(store, Copy);
            var twice = await owner.ReadAsync(1);
            Assert.Equal((3, 2, 1), (twice!.Seq, twice.Version, twice.CreatedSeq));
            Assert.Equal(1, (await owner.ReadAsync(2))!.Version);
        });
    }

    [Theory]
    [InlineData("DELETE FROM log WHERE seq = 5", "the log has 8 rows")]
    [InlineData("UPDATE namespaces SET head_seq = 10", "the head is 10")]
    [InlineData("UPDATE log SET version = 5 WHERE seq = 7", "1 versions do not follow on")]
    [InlineData("UPDATE memories SET seq = 1, version = 1 WHERE coord = '1.0'", "1 memories are not")]
    [InlineData("DELETE FROM memories WHERE coord = '3.0'", "1 memories are not")]
    [InlineData("DELETE FROM links WHERE to_coord = '9.0'", "1 links are not")]
    [InlineData("UPDATE links SET strength = 0.25 WHERE to_coord = '2.0'", "1 links are not")]
    [InlineData("UPDATE namespaces SET count_semantic = 2", "counted are 2 episodic, 2 semantic")]
    [InlineData("UPDATE namespaces SET epoch = 0", "the log has epoch 1")]
    [InlineData("UPDATE namespaces SET brought_dimension = 3", "the dimension is 3")]
    public async Task A_namespace_that_contradicts_itself_is_seen(string sabotage, string problem)
    {
        await using var world = await NewWorldAsync();
        var key = await FillAsync(world);
        Assert.Empty(await ExamineAsync(world, key));

        await world.ExecuteAsync(sabotage);

        Assert.Contains(await ExamineAsync(world, key), found => found.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_snapshot_stays_at_its_seq_while_writes_go_on()
    {
        await using var world = await NewWorldAsync();
        await world.ServeAsync(async (store, embeddings) =>
        {
            var owner = await ArchiveSamples.FillAsync(store, embeddings);
            await using var reader = await world.OpenReaderAsync();
            await using var snapshot = await reader.OpenAsync(owner.Key, default);
            await owner.CommitAsync(owner.Puts(20, 21));
            await owner.CommitAsync(owner.Deletes(1));

            var rows = 0;
            await foreach (var row in snapshot!.ReadAsync(ArchiveTables.Log, default))
            {
                rows++;
            }

            Assert.Equal((9, 9), (rows, snapshot.Row.HeadSeq));
            Assert.Empty((await snapshot.ExamineAsync(default)).Compare(snapshot.Row));
        });
    }

    [Fact]
    public async Task Settings_are_listed_and_carried_with_a_namespace_that_was_never_written_to()
    {
        await using var world = await NewWorldAsync();
        await world.BuildAsync(async builder =>
        {
            var id = await builder.BeginAsync(default);
            await builder.PublishAsync(
                new Publication { Id = id, Key = Copy, Row = new NamespaceRow(), SetsSettings = true, Settings = [1, 2] }, default);
        });

        await using var reader = await world.OpenReaderAsync();
        Assert.Equal(new ArchivedNamespace(Copy, new NamespaceRow()), Assert.Single(await reader.ListAsync(default)));
        await using var snapshot = await reader.OpenAsync(Copy, default);
        Assert.Equal([1, 2], snapshot!.Settings!);
    }

    protected static async Task<NamespaceKey> FillAsync(ArchiveWorld world)
    {
        ArgumentNullException.ThrowIfNull(world);
        NamespaceKey key = default;
        await world.ServeAsync(async (store, embeddings) => key = (await ArchiveSamples.FillAsync(store, embeddings)).Key);
        return key;
    }

    private static async Task<IReadOnlyList<string>> ExamineAsync(ArchiveWorld world, NamespaceKey key)
    {
        await using var reader = await world.OpenReaderAsync();
        await using var snapshot = await reader.OpenAsync(key, default);
        return (await snapshot!.ExamineAsync(default)).Compare(snapshot.Row);
    }

    private static object?[] Put(long seq, int number) => ArchivedLog.ToRow(new LogRow(LogOp.Put, 0, new MemoryRow
    {
        Coordinate = TestOwner.At(number),
        Seq = seq,
        Version = 1,
        Alive = true,
        CreatedSeq = seq,
        Payload = "{}"u8.ToArray(),
        UpdatedAt = new Instant(seq),
    }));

    private static async IAsyncEnumerable<object?[]> RowsAsync(params object?[][] rows)
    {
        await Task.CompletedTask;
        foreach (var row in rows)
        {
            yield return row;
        }
    }

    private static bool IsDerived(string line) => line.StartsWith("memories:", StringComparison.Ordinal) || line.StartsWith("links:", StringComparison.Ordinal);

    private static string WithoutAccesses(string line) => line.StartsWith("memories:", StringComparison.Ordinal) ? line[..line.LastIndexOf(' ')] : line;
}
