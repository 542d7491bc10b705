using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Storage;

public abstract partial class CanonicalStoreContract
{
    [Fact]
    public async Task Commit_whose_answer_was_lost_is_found_in_the_log()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var batch = owner.Puts(1, 2);
        await owner.CommitAsync(batch);
        Assert.True(await Store.AdvanceEpochAsync(owner.Id, batch.Epoch, default));
        Assert.True(await Store.WasAppliedAsync(batch, default));
    }

    [Fact]
    public async Task Commit_that_arrives_after_the_epoch_moved_is_shut_out()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var batch = owner.Puts(1);
        Assert.True(await Store.AdvanceEpochAsync(owner.Id, batch.Epoch, default));
        Assert.False(await Store.WasAppliedAsync(batch, default));
        Assert.Equal(CommitStatus.Fenced, (await Store.CommitAsync(batch, default)).Status);
        owner.Epoch++;
        await owner.CommitAsync(owner.Puts(1));
    }

    [Fact]
    public async Task Same_batch_sent_again_under_the_new_epoch_is_not_mistaken_for_the_first()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var batch = owner.Puts(1);
        await Store.AdvanceEpochAsync(owner.Id, batch.Epoch, default);
        var again = batch with { Epoch = batch.Epoch + 1 };
        await owner.CommitAsync(again);
        Assert.False(await Store.WasAppliedAsync(batch, default));
        Assert.True(await Store.WasAppliedAsync(again, default));
    }

    [Fact]
    public async Task Replaced_owner_cannot_advance_and_still_learns_what_happened()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var batch = owner.Puts(1);
        await owner.CommitAsync(batch);
        var next = await TestOwner.TakeAsync(Store, owner.Key);
        await next.CommitAsync(next.Puts(2));
        Assert.False(await Store.AdvanceEpochAsync(owner.Id, batch.Epoch, default));
        Assert.True(await Store.WasAppliedAsync(batch, default));
        Assert.False(await Store.WasAppliedAsync(owner.Puts(3), default));
    }

    [Fact]
    public async Task Successors_row_at_the_same_seq_is_not_ours()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var lost = owner.Puts(1);
        var next = await TestOwner.TakeAsync(Store, owner.Key);
        await next.CommitAsync(next.Puts(2));
        Assert.False(await Store.WasAppliedAsync(lost, default));
    }

    [Fact]
    public async Task Batch_without_rows_is_found_by_its_receipt()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var applied = owner.Empty() with { Receipts = [owner.Receipt("c:one")] };
        await owner.CommitAsync(applied);
        Assert.True(await Store.AdvanceEpochAsync(owner.Id, owner.Epoch, default));
        Assert.True(await Store.WasAppliedAsync(applied, default));
        Assert.False(await Store.WasAppliedAsync(owner.Empty() with { Receipts = [owner.Receipt("c:two")] }, default));
    }

    [Fact]
    public async Task Newer_progress_under_the_same_receipt_key_is_told_from_the_older()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Empty() with { Receipts = [owner.Receipt("g:many", "1", 0)] });
        var lost = owner.Empty() with { Receipts = [owner.Receipt("g:many", "2", 0)] };
        Assert.True(await Store.AdvanceEpochAsync(owner.Id, owner.Epoch, default));
        Assert.False(await Store.WasAppliedAsync(lost, default));
    }

    [Fact]
    public async Task Batch_without_rows_and_receipts_is_found_by_its_number()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        var counts = owner.Empty() with { AccessCounts = [(TestOwner.At(1), 1)] };
        await owner.CommitAsync(counts);
        var lost = owner.Empty() with { AccessCounts = [(TestOwner.At(1), 1)] };
        await Store.AdvanceEpochAsync(owner.Id, owner.Epoch, default);
        Assert.True(await Store.WasAppliedAsync(counts, default));
        Assert.False(await Store.WasAppliedAsync(lost, default));
    }
}
