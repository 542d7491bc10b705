using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Past;

namespace Soma.Grains.Tests.Storage;

public abstract partial class CanonicalStoreContract
{
    private const string Agent = "ein Agent \u00fc\u0000 (k1)";

    [Fact]
    public async Task Every_row_of_the_log_keeps_who_wrote_it()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var link = new LinkKey(TestOwner.At(1), TestOwner.At(2), "near");
        await owner.CommitAsync(owner.Batch(owner.PutRow(1, 1).With(memory => memory with { By = Agent }), owner.PutRow(2, 2)));
        await owner.CommitAsync(owner.Empty() with
        {
            Log = [LogRow.OfLink(LogOp.Link, owner.Epoch, new LinkRow(link, 1, null, 3), owner.Now, Agent)],
            PutLinks = [new LinkRow(link, 1, null, 3)],
        });
        await owner.CommitAsync(owner.Batch(owner.DeleteRow(2, 4).With(memory => memory with { By = Agent })));

        Assert.Equal([Agent, null, Agent, Agent], (await Store.ReadLogAsync(owner.Id, 0, 10, default)).Select(row => row.By));
        Assert.Equal(Agent, (await owner.ReadAsync(1))!.By);
        Assert.Equal(Agent, Assert.Single(await Store.ReadVersionsAsync(owner.Id, [1], default)).By);
        Assert.Equal(Agent, Assert.Single(await Store.ReadNewestAsync(owner.Id, long.MaxValue, 10, default)).By);
        Assert.Equal([Agent, null], (await ((IPastStore)Store).ReadHistoryAsync(owner.Id, TestOwner.At(2), long.MaxValue, 10, default)).Select(row => row.By));
        var changes = await ((IFeedStore)Store).ReadChangesAsync(owner.Id, new ChangeStretch { After = 0, Through = 4, Ops = ChangeOps.All, MostRows = 10, MostBytes = 100_000 }, default);
        Assert.Equal([Agent, null, Agent, Agent], changes.Rows.Select(row => row.By));
    }

    [Fact]
    public async Task Purge_takes_the_content_and_leaves_who_wrote_it()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Batch(owner.PutRow(1, 1).With(memory => memory with { By = Agent })));
        await owner.CommitAsync(owner.Deletes(1) with { Purges = [TestOwner.At(1)] });
        Assert.Equal([Agent, null], (await Store.ReadLogAsync(owner.Id, 0, 10, default)).Select(row => row.By));
    }
}
