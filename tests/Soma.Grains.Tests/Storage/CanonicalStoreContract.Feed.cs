using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using static Soma.Grains.Tests.Storage.TestOwner;

namespace Soma.Grains.Tests.Storage;

public abstract partial class CanonicalStoreContract
{
    private IFeedStore Feed => (IFeedStore)Store;

    [Fact]
    public async Task The_feed_reads_a_stretch_of_the_log_in_order_and_says_where_it_was_cut()
    {
        var owner = await TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2, 3));
        await owner.CommitAsync(owner.Deletes(2));
        await owner.CommitAsync(owner.Links(owner.Link(1, 3, owner.Head + 1)));

        var all = await Feed.ReadChangesAsync(owner.Id, Stretch(0, 5), default);
        var cut = await Feed.ReadChangesAsync(owner.Id, Stretch(1, 5) with { MostRows = 2 }, default);
        var bounded = await Feed.ReadChangesAsync(owner.Id, Stretch(0, 3), default);

        Assert.Equal([1, 2, 3, 4, 5], all.Rows.Select(row => row.Seq));
        Assert.Equal([LogOp.Put, LogOp.Put, LogOp.Put, LogOp.Delete, LogOp.Link], all.Rows.Select(row => row.Op));
        Assert.Equal(Bytes("""{"n":1,"seq":1}"""), all.Rows[0].Payload);
        Assert.Equal(At(3), all.Rows[4].Link!.Key.To);
        Assert.False(all.IsCut);
        Assert.Equal([2, 3], cut.Rows.Select(row => row.Seq));
        Assert.True(cut.IsCut);
        Assert.Equal([1, 2, 3], bounded.Rows.Select(row => row.Seq));
    }

    [Fact]
    public async Task The_feed_filters_by_kind_by_memory_and_by_the_beginning_of_a_key_and_links_belong_to_both_ends()
    {
        var owner = await TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2, 12));
        await owner.CommitAsync(owner.Links(owner.Link(2, 1, owner.Head + 1)));
        await owner.CommitAsync(owner.Deletes(12));

        async Task<string> SeqsAsync(ChangeStretch stretch) =>
            string.Join(' ', (await Feed.ReadChangesAsync(owner.Id, stretch, default)).Rows.Select(row => row.Seq));

        Assert.Equal("4 5", await SeqsAsync(Stretch(0, 5) with { Ops = ChangeOps.Link | ChangeOps.Delete }));
        Assert.Equal("1 4", await SeqsAsync(Stretch(0, 5) with { Coordinate = At(1) }));
        Assert.Equal("1 3 4 5", await SeqsAsync(Stretch(0, 5) with { KeyPrefix = "1" }));
        Assert.Equal("3 5", await SeqsAsync(Stretch(0, 5) with { KeyPrefix = "12" }));
        Assert.Empty(await SeqsAsync(Stretch(0, 5) with { KeyPrefix = "%" }));
    }

    [Fact]
    public async Task A_page_of_the_feed_ends_at_its_bytes_and_never_before_its_first_row()
    {
        var owner = await TakeNewAsync(Store);
        await owner.CommitAsync(owner.Batch([.. Enumerable.Range(1, 4).Select(number => Large(owner, number, seq: owner.Head + number))]));

        var two = await Feed.ReadChangesAsync(owner.Id, Stretch(0, 4) with { MostBytes = 15_000 }, default);
        var one = await Feed.ReadChangesAsync(owner.Id, Stretch(2, 4) with { MostBytes = 1 }, default);

        Assert.Equal([1, 2], two.Rows.Select(row => row.Seq));
        Assert.True(two.IsCut);
        Assert.Equal([3], one.Rows.Select(row => row.Seq));
        Assert.True(one.IsCut);
    }

    [Fact]
    public async Task A_memory_has_content_until_it_is_purged()
    {
        var owner = await TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Deletes(1));
        Assert.True(await Feed.HasContentAsync(owner.Id, At(1), default));
        Assert.False(await Feed.HasContentAsync(owner.Id, At(2), default));

        await owner.CommitAsync(owner.Empty() with { Purges = [At(1)] });

        Assert.False(await Feed.HasContentAsync(owner.Id, At(1), default));
        Assert.True((await Feed.ReadChangesAsync(owner.Id, Stretch(0, 2), default)).Rows[0].IsEmptied);
    }

    private static ChangeStretch Stretch(long after, long through) => new() { After = after, Through = through, MostRows = 100, MostBytes = 1 << 20 };

    private static LogRow Large(TestOwner owner, int number, long seq)
    {
        var row = owner.PutRow(number, seq);
        return row with { Memory = row.Memory with { Payload = Bytes($$"""{"n":"{{new string('x', 10_000)}}"}""") } };
    }
}
