using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Past;
using Soma.Grains.Tests.Engine.Past;

namespace Soma.Grains.Tests.Storage;

public abstract partial class CanonicalStoreContract
{
    private IPastStore Past => (IPastStore)Store;

    [Fact]
    public async Task History_of_a_memory_is_read_newest_first_with_its_deletes_and_without_its_links()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2));
        await owner.CommitAsync(owner.Links(owner.Link(1, 2, 3)));
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Deletes(1));
        var all = await Past.ReadHistoryAsync(owner.Id, TestOwner.At(1), long.MaxValue, 10, default);
        Assert.Equal([(5L, LogOp.Delete), (4, LogOp.Put), (1, LogOp.Put)], all.Select(row => (row.Seq, row.Op)));
        Assert.Equal(4, Assert.Single(await Past.ReadHistoryAsync(owner.Id, TestOwner.At(1), 5, 1, default)).Seq);
        Assert.Equal("{\"n\":1,\"seq\":4}", System.Text.Encoding.UTF8.GetString(all[1].Payload!));
        Assert.Equal(1, (await Past.FindVersionAsync(owner.Id, TestOwner.At(1), 1, default))!.Seq);
        Assert.Null(await Past.FindVersionAsync(owner.Id, TestOwner.At(1), 9, default));
        Assert.Empty(await Past.ReadHistoryAsync(owner.Id, TestOwner.At(7), long.MaxValue, 10, default));
    }

    [Fact]
    public async Task State_of_a_moment_is_read_by_key_in_pages_without_deleted_expired_and_purged_memories()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var end = new Instant(owner.Now.Microseconds + 1_000);
        await owner.CommitAsync(owner.Puts(3, 1, 2));
        await owner.CommitAsync(owner.Batch(owner.PutRow(4, 4).With(memory => memory with { ExpiresAt = end })));
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Deletes(2));
        await owner.CommitAsync(owner.Deletes(3) with { Purges = [TestOwner.At(3)] });
        async Task<(string, long)[]> StateAsync(long seq, Instant now, Coordinate? after = null, int limit = 10) =>
            [.. (await Past.ReadStateAsync(owner.Id, seq, now, after, limit, default)).Select(place => (place.Coordinate.Text, place.Seq))];

        Assert.Equal([("1.0", 2), ("2.0", 3), ("4.0", 4)], await StateAsync(4, owner.Now));
        Assert.Equal([("1.0", 5), ("2.0", 3)], await StateAsync(5, end));
        Assert.Equal([("1.0", 5), ("4.0", 4)], await StateAsync(6, owner.Now));
        Assert.Equal([("2.0", 3)], await StateAsync(4, owner.Now, TestOwner.At(1), 1));
        Assert.Equal([("1.0", 2)], await StateAsync(2, owner.Now));
        Assert.Empty(await StateAsync(0, owner.Now));
    }

    [Fact]
    public async Task Times_of_the_log_are_those_of_the_newest_row_up_to_a_seq()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var first = owner.Now;
        await owner.CommitAsync(owner.Puts(1, 2));
        var second = owner.Now;
        await owner.CommitAsync(owner.Puts(3));
        var times = await Past.ReadTimesAsync(owner.Id, [0, 2, 9], default);
        Assert.Equal([new LoggedTime(2, 2, first), new LoggedTime(9, 3, second)], times.OrderBy(time => time.Asked));
        Assert.Equal(default, await Past.ReadHorizonAsync(owner.Id, default));
        Assert.Equal(default, await Past.ReadHorizonAsync(long.MaxValue, default));
    }

    [Fact]
    public async Task Changes_of_links_are_read_in_order_between_two_seqs()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2));
        await owner.CommitAsync(owner.Links(owner.Link(1, 2, 3), owner.Link(2, 1, 4)));
        await owner.CommitAsync(owner.Deletes(1));
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Links(owner.Link(1, 2, 7)));
        async Task<string> SeqsAsync(long after, long through, int limit) =>
            string.Join(' ', (await Past.ReadLinkChangesAsync(owner.Id, after, through, limit, default)).Select(row => row.Seq));

        Assert.Equal("3 4 5 7", await SeqsAsync(0, 7, 10));
        Assert.Equal("4 5", await SeqsAsync(3, 6, 10));
        Assert.Equal("3 4", await SeqsAsync(0, 7, 2));
    }

    [Fact]
    public async Task Every_answer_about_a_moment_is_that_of_a_replay()
    {
        for (var seed = 0; seed < PastChecks.Histories; seed++)
        {
            await PastChecks.RunAsync(Store, 10_000 + seed);
        }
    }

    [Fact]
    public async Task A_rewind_makes_the_state_that_it_names_and_can_itself_be_rewound()
    {
        for (var seed = 0; seed < PastChecks.Histories; seed++)
        {
            await RewindChecks.RunAsync(Store, 10_000 + seed);
        }
    }
}
