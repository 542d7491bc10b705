using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Forgetting;

namespace Soma.Grains.Tests.Storage;

public abstract partial class CanonicalStoreContract
{
    private IForgettingStore Forgetting => (IForgettingStore)Store;

    [Fact]
    public async Task Living_memories_are_read_newest_first_with_what_the_rules_of_forgetting_go_by()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Batch(
            owner.PutRow(1, 1, MemoryType.Semantic).With(memory => memory with
            {
                Payload = TestOwner.Bytes("{\"n\":\"ü\"}"),
                Text = "Bäume\0",
                BroughtVector = new byte[12],
                Importance = -2.5,
                ExpiresAt = new Instant(owner.Now.Microseconds - 1),
            }),
            owner.PutRow(2, 2),
            owner.PutRow(3, 3)));
        await owner.CommitAsync(owner.Empty() with { AccessCounts = [(TestOwner.At(2), 7)] });
        await owner.CommitAsync(owner.Deletes(3));
        await owner.CommitAsync(owner.Puts(4));

        var living = await Forgetting.ReadLivingAsync(owner.Id, long.MaxValue, 10, default);

        Assert.Equal([5L, 2L, 1L], living.Select(memory => memory.Seq));
        var (read, first) = (living[1], living[2]);
        Assert.Equal((TestOwner.At(2), 7L, 1L, 1d, 2L), (read.Coordinate, read.AccessCount, read.Version, read.Importance, read.CreatedSeq));
        Assert.Equal((MemoryType.Semantic, -2.5, 10L + 7 + 12), (first.Type, first.Importance, first.Bytes));
        Assert.Equal(
            (new Instant(1_700_000_000_000_000), new Instant(1_700_000_000_000_000), new Instant(1_699_999_999_999_999)),
            (first.CreatedAt, first.UpdatedAt, first.ExpiresAt!.Value));
    }

    [Fact]
    public async Task Living_memories_are_read_page_by_page_and_a_purged_one_has_no_bytes()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Batch(
            [.. Enumerable.Range(1, 5).Select(i => owner.PutRow(i, i).With(memory => memory with { ExpiresAt = new Instant(owner.Now.Microseconds - 1) }))]));
        await owner.CommitAsync(owner.Empty() with { Purges = [TestOwner.At(2)] });

        var pages = new List<LivingMemory>();
        for (var before = long.MaxValue; await Forgetting.ReadLivingAsync(owner.Id, before, 2, default) is [.., var last] page; before = last.Seq)
        {
            pages.AddRange(page);
        }

        // Purged after its end and before a sweep: the row counts it still.
        Assert.Equal([5L, 4, 3, 2, 1], pages.Select(memory => memory.Seq));
        Assert.Equal(0, pages[3].Bytes);
        Assert.True(pages[4].Bytes > 0);
        Assert.Equal(5, (await owner.CountsAsync()).Total);
    }

    [Fact]
    public async Task Times_of_access_are_kept_with_a_commit_and_never_go_back()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2, 3) with { AccessTimes = [(TestOwner.At(2), new Instant(50)), (TestOwner.At(9), new Instant(50))] });
        await owner.CommitAsync(owner.Empty() with { AccessTimes = [(TestOwner.At(2), new Instant(40)), (TestOwner.At(3), new Instant(60))] });
        Assert.Equal(
            [new AccessTime(TestOwner.At(3), 3, new Instant(60)), new AccessTime(TestOwner.At(2), 2, new Instant(50))],
            await Forgetting.ReadAccessTimesAsync(owner.Id, long.MaxValue, 10, default));
        Assert.Equal([2L], (await Forgetting.ReadAccessTimesAsync(owner.Id, 3, 10, default)).Select(time => time.Seq));

        await owner.CommitAsync(owner.Deletes(3));
        Assert.Equal([2L], (await Forgetting.ReadAccessTimesAsync(owner.Id, long.MaxValue, 10, default)).Select(time => time.Seq));
    }

    [Fact]
    public async Task Commit_with_times_of_access_is_fenced_like_any_other()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await Store.TakeEpochAsync(owner.Key, TimeSpan.FromSeconds(1), default);

        var late = await Store.CommitAsync(owner.Puts(2) with { AccessTimes = [(TestOwner.At(1), new Instant(50))] }, default);

        Assert.Equal(CommitStatus.Fenced, late.Status);
        Assert.Empty(await Forgetting.ReadAccessTimesAsync(owner.Id, long.MaxValue, 10, default));
    }
}
