using Soma.Grains.Interfaces;

namespace Soma.Grains.Tests.Storage;

public abstract partial class CanonicalStoreContract
{
    [Fact]
    public async Task Counters_follow_puts_overwrites_and_deletes()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Batch(
            owner.PutRow(1, 1), owner.PutRow(2, 2, MemoryType.Semantic), owner.PutRow(3, 3, MemoryType.Belief).With(memory => memory with { HasText = false })));
        Assert.Equal(new MemoryCounts(1, 1, 1, 2), await owner.CountsAsync());

        await owner.CommitAsync(owner.Batch(owner.PutRow(1, 4, MemoryType.Belief), owner.PutRow(3, 5, MemoryType.Belief).With(memory => memory with { HasText = false, BroughtVector = [0] })));
        Assert.Equal(new MemoryCounts(0, 1, 2, 3), await owner.CountsAsync());

        await owner.CommitAsync(owner.Deletes(1, 2));
        Assert.Equal(new MemoryCounts(0, 0, 1, 1), await owner.CountsAsync());

        await owner.CommitAsync(owner.Deletes(1));
        await owner.CommitAsync(owner.Puts(1));
        Assert.Equal(new MemoryCounts(1, 0, 1, 2), await owner.CountsAsync());
        Assert.Equal(2, (await TestOwner.TakeAsync(Store, owner.Key)).Taken.MemoryCount);
    }

    [Fact]
    public async Task Net_effect_of_a_coordinate_written_many_times_counts_once()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Batch(owner.PutRow(1, 1), owner.DeleteRow(1, 2), owner.PutRow(1, 3), owner.PutRow(2, 4), owner.DeleteRow(2, 5)));
        Assert.Equal(new MemoryCounts(1, 0, 0, 1), await owner.CountsAsync());
        Assert.Equal(5, (await Store.ReadLogAsync(owner.Id, 0, 10, default)).Count);
    }

    [Fact]
    public async Task Total_is_the_sum_of_the_namespaces_and_names_come_only_when_asked_for()
    {
        var before = await Store.ReadStatsAsync(false, default);
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2));
        var brief = await Store.ReadStatsAsync(false, default);
        var full = await Store.ReadStatsAsync(true, default);
        Assert.Equal(before.Total.Total + 2, brief.Total.Total);
        Assert.Empty(brief.Namespaces);
        Assert.Equal(brief.Total, full.Total);
        Assert.Equal(full.Total.Total, full.Namespaces.Sum(one => one.Counts.Total));
    }

    [Fact]
    public async Task Namespace_that_was_never_written_is_unknown_to_the_stats()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        Assert.DoesNotContain((await Store.ReadStatsAsync(true, default)).Namespaces, one => one.Key == owner.Key);
    }

    [Fact]
    public async Task Accesses_add_up_and_survive_overwriting()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Empty() with { AccessCounts = [(TestOwner.At(1), 2), (TestOwner.At(9), 5)] });
        await owner.CommitAsync(owner.Puts(1) with { AccessCounts = [(TestOwner.At(1), 3)] });
        Assert.Equal(5, (await owner.ReadAsync(1))!.AccessCount);
        Assert.Null(await owner.ReadAsync(9));
    }

    [Fact]
    public async Task Accesses_start_again_after_a_delete_even_within_one_batch()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2, 3));
        await owner.CommitAsync(owner.Empty() with { AccessCounts = [(TestOwner.At(1), 2), (TestOwner.At(2), 2), (TestOwner.At(3), 2)] });
        await owner.CommitAsync(owner.Deletes(1));
        await owner.CommitAsync(owner.Batch(
            owner.PutRow(1, 5), owner.DeleteRow(2, 6), owner.PutRow(2, 7).With(memory => memory with { CreatedSeq = 7 })));
        Assert.Equal(0, (await owner.ReadAsync(1))!.AccessCount);
        Assert.Equal(0, (await owner.ReadAsync(2))!.AccessCount);
        Assert.Equal(2, (await owner.ReadAsync(3))!.AccessCount);
    }

    [Fact]
    public async Task Accesses_start_again_after_expiry()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Batch(owner.PutRow(1, 1).With(memory => memory with { ExpiresAt = new Instant(owner.Now.Microseconds + 1) })));
        await owner.CommitAsync(owner.Empty() with { AccessCounts = [(TestOwner.At(1), 2)] });
        await owner.CommitAsync(owner.Batch(owner.PutRow(1, 2).With(memory => memory with { CreatedSeq = 2 })));
        Assert.Equal(0, (await owner.ReadAsync(1))!.AccessCount);
    }

    [Fact]
    public async Task Accesses_of_a_tombstone_are_ignored()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Deletes(1) with { AccessCounts = [(TestOwner.At(1), 4)] });
        Assert.Equal(0, (await owner.ReadAsync(1))!.AccessCount);
        await owner.CommitAsync(owner.Puts(1));
        Assert.Equal(0, (await owner.ReadAsync(1))!.AccessCount);
    }

    [Fact]
    public async Task Largest_importance_and_last_time_only_grow()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var late = owner.Now.Microseconds + 1000;
        await owner.CommitAsync(owner.Empty() with { LargestImportance = -2 });
        Assert.Equal(-2, (await TestOwner.TakeAsync(Store, owner.Key)).Taken.LargestImportance);
        owner.Epoch++;
        await owner.CommitAsync(owner.Empty() with { LargestImportance = 3, At = new Instant(late), BroughtDimension = 4 });
        await owner.CommitAsync(owner.Empty() with { LargestImportance = 2 });
        await owner.CommitAsync(owner.Empty());
        var next = (await TestOwner.TakeAsync(Store, owner.Key)).Taken;
        Assert.Equal((3, late, 4), (next.LargestImportance, next.LastAt, next.BroughtDimension));
    }

    [Fact]
    public async Task Purge_empties_every_version_of_its_coordinate_alone()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2));
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Deletes(1) with { Purges = [TestOwner.At(1)] });
        Assert.Equal([2L], (await Store.ReadVersionsAsync(owner.Id, [1, 2, 3, 4], default)).Select(row => row.Seq));
        var log = await Store.ReadLogAsync(owner.Id, 0, 10, default);
        Assert.Equal([1, 2, 3, 4], log.Select(row => row.Seq));
        Assert.All(log.Where(row => row.Coordinate == TestOwner.At(1)), row =>
            Assert.Equal((null, null, null, false), (row.Payload, row.Memory.Text, row.Memory.BroughtVector, row.Memory.HasText)));
        Assert.Equal(new MemoryCounts(1, 0, 0, 1), await owner.CountsAsync());
    }

    [Fact]
    public async Task Purge_reaches_the_history_of_what_was_deleted_before()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Deletes(1));
        await owner.CommitAsync(owner.Empty() with { Purges = [TestOwner.At(1)] });
        Assert.Empty(await Store.ReadVersionsAsync(owner.Id, [1], default));
    }

    [Fact]
    public async Task Put_that_follows_a_purge_in_its_batch_keeps_its_payload()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Batch(owner.DeleteRow(1, 2), owner.PutRow(1, 3).With(memory => memory with { CreatedSeq = 3 })) with { Purges = [TestOwner.At(1)] });
        Assert.NotEmpty((await owner.ReadAsync(1))!.Payload);
        Assert.Equal([3L], (await Store.ReadVersionsAsync(owner.Id, [1, 2, 3], default)).Select(row => row.Seq));
    }
}
