using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Storage;

public abstract partial class CanonicalStoreContract
{
    [Fact]
    public async Task Receipt_comes_back_as_it_was_kept()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        Receipt[] receipts = [owner.Receipt("c:ü \0", ""), owner.Receipt("g:2", "{\"ok\":true}") with { ETag = null, Seq = 9, Status = 201 }];
        await owner.CommitAsync(owner.Empty() with { Receipts = receipts });
        var read = await Store.ReadAsync(owner.Id, [], ["c:ü \0", "g:2", "g:3", "g:2", "\ud800"], default);
        Assert.Equal(2, read.Receipts.Count);
        Assert.All(receipts, receipt => Assert.Equivalent(receipt, read.Receipts[receipt.Key], strict: true));
    }

    [Fact]
    public async Task Live_receipt_with_another_content_rolls_the_whole_commit_back()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Empty() with { Receipts = [owner.Receipt("c:a", "1"), owner.Receipt("c:b", "1"), owner.Receipt("c:c", "1")] });
        var batch = owner.Puts(1) with
        {
            Receipts = [owner.Receipt("c:a", "2"), owner.Receipt("c:new", "2"), owner.Receipt("c:b", "2")],
            PutLinks = [owner.Link(1, 2, 1)],
        };
        var result = await Store.CommitAsync(batch, default);
        Assert.Equal(CommitStatus.ReceiptClash, result.Status);
        Assert.Equal(["c:a", "c:b"], result.ClashingKeys.Order());
        Assert.Empty(await Store.ReadLogAsync(owner.Id, 0, 10, default));
        Assert.Empty(await Store.ReadLinksAsync(owner.Id, [owner.Link(1, 2, 1).Key], default));
        var read = await Store.ReadAsync(owner.Id, [TestOwner.At(1)], ["c:a", "c:new"], default);
        Assert.Empty(read.Rows);
        Assert.Equal(TestOwner.Bytes("1"), Assert.Single(read.Receipts).Value.Body);
        await owner.CommitAsync(owner.Puts(1));
    }

    [Theory, InlineData("status"), InlineData("hash"), InlineData("seq"), InlineData("etag")]
    public async Task Any_difference_of_content_is_a_clash(string difference)
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var receipt = owner.Receipt("c:a");
        await owner.CommitAsync(owner.Empty() with { Receipts = [receipt] });
        var other = difference switch
        {
            "status" => receipt with { Status = 202 },
            "hash" => receipt with { RequestHash = [9] },
            "seq" => receipt with { Seq = 12 },
            _ => receipt with { ETag = null },
        };
        Assert.Equal(CommitStatus.ReceiptClash, (await Store.CommitAsync(owner.Empty() with { Receipts = [other] }, default)).Status);
        await owner.CommitAsync(owner.Empty() with { Receipts = [receipt] });
    }

    [Fact]
    public async Task Receipt_whose_time_is_over_is_overwritten()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var old = owner.Receipt("c:a", "1");
        await owner.CommitAsync(owner.Empty() with { Receipts = [old] });
        var early = owner.Empty() with { At = new Instant(old.ExpiresAt.Microseconds - 1), Receipts = [owner.Receipt("c:a", "2")] };
        Assert.Equal(CommitStatus.ReceiptClash, (await Store.CommitAsync(early, default)).Status);
        owner.Now = old.ExpiresAt;
        await owner.CommitAsync(owner.Empty() with { Receipts = [owner.Receipt("c:a", "2")] });
        var read = await Store.ReadAsync(owner.Id, [], ["c:a"], default);
        Assert.Equal(TestOwner.Bytes("2"), read.Receipts["c:a"].Body);
    }

    [Fact]
    public async Task Receipts_whose_time_is_over_are_let_go_two_for_one_and_live_ones_stay()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        string[] old = ["g:1", "g:2", "g:3", "g:4", "g:5"];
        await owner.CommitAsync(owner.Empty() with { Receipts = [.. old.Select(key => owner.Receipt(key))] });
        owner.Now = owner.Receipt("g:1").ExpiresAt;
        await owner.CommitAsync(owner.Empty() with { Receipts = [owner.Receipt("g:6"), owner.Receipt("g:7")] });
        Assert.Single((await Store.ReadAsync(owner.Id, [], old, default)).Receipts);
        await owner.CommitAsync(owner.Empty() with { Receipts = [owner.Receipt("g:8")] });
        Assert.Empty((await Store.ReadAsync(owner.Id, [], old, default)).Receipts);
        Assert.Equal(3, (await Store.ReadAsync(owner.Id, [], ["g:6", "g:7", "g:8"], default)).Receipts.Count);
    }

    [Fact]
    public async Task Progress_is_overwritten_by_progress_and_by_the_answer()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        foreach (var (body, status) in ((string, int)[])[("1", 0), ("2", 0), ("done", 200)])
        {
            await owner.CommitAsync(owner.Empty() with { Receipts = [owner.Receipt("c:a", body, status)] });
        }

        var read = await Store.ReadAsync(owner.Id, [], ["c:a"], default);
        Assert.Equal((200, "done"), (read.Receipts["c:a"].Status, System.Text.Encoding.UTF8.GetString(read.Receipts["c:a"].Body)));
        var late = owner.Empty() with { Receipts = [owner.Receipt("c:a", "3", 0)] };
        Assert.Equal(CommitStatus.ReceiptClash, (await Store.CommitAsync(late, default)).Status);
    }
}
