using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Storage;

public abstract partial class CanonicalStoreContract
{
    [Fact]
    public async Task Unknown_namespace_cannot_be_taken() =>
        Assert.Null(await Store.TakeEpochAsync(TestOwner.NewKey(), TimeSpan.FromSeconds(1), default));

    [Fact]
    public async Task New_namespace_is_released_and_empty()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        Assert.Equal(
            new TakenNamespace
            {
                Id = owner.Id,
                Epoch = 1,
                CommitNo = 0,
                HeadSeq = 0,
                LastAt = 0,
                MemoryCount = 0,
                LargestImportance = 0,
                BroughtDimension = null,
                PredecessorReleased = true,
                PredecessorLease = TimeSpan.Zero,
            },
            owner.Taken);
    }

    [Fact]
    public async Task Making_a_known_namespace_changes_nothing()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await Store.CreateNamespaceAsync(owner.Key, default);
        var next = await TestOwner.TakeAsync(Store, owner.Key);
        Assert.Equal((owner.Id, 2, 1), (next.Id, next.Taken.Epoch, next.Taken.HeadSeq));
    }

    [Fact]
    public async Task Making_a_namespace_many_times_at_once_makes_one()
    {
        var key = TestOwner.NewKey();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Store.CreateNamespaceAsync(key, default)));
        Assert.Equal(1, (await TestOwner.TakeAsync(Store, key)).Epoch);
    }

    [Fact]
    public async Task Successor_sees_what_the_predecessor_left()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var at = owner.Now;
        await owner.CommitAsync(owner.Puts(1, 2) with { BroughtDimension = 3, LargestImportance = 4.5 });
        var next = await Store.TakeEpochAsync(owner.Key, TimeSpan.FromSeconds(7), default);
        Assert.Equal(
            new TakenNamespace
            {
                Id = owner.Id,
                Epoch = 2,
                CommitNo = 1,
                HeadSeq = 2,
                LastAt = at.Microseconds,
                MemoryCount = 2,
                LargestImportance = 4.5,
                BroughtDimension = 3,
                PredecessorReleased = false,
                PredecessorLease = TimeSpan.FromSeconds(1),
            },
            next);
        Assert.Equal(TimeSpan.FromSeconds(7), (await TestOwner.TakeAsync(Store, owner.Key)).Taken.PredecessorLease);
    }

    [Fact]
    public async Task Release_is_told_to_the_successor_once()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        Assert.True(await Store.ReleaseAsync(owner.Id, owner.Epoch, default));
        Assert.True((await TestOwner.TakeAsync(Store, owner.Key)).Taken.PredecessorReleased);
        Assert.False((await TestOwner.TakeAsync(Store, owner.Key)).Taken.PredecessorReleased);
    }

    [Fact]
    public async Task Replaced_owner_cannot_release()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await TestOwner.TakeAsync(Store, owner.Key);
        Assert.False(await Store.ReleaseAsync(owner.Id, owner.Epoch, default));
        Assert.False((await TestOwner.TakeAsync(Store, owner.Key)).Taken.PredecessorReleased);
    }

    [Fact]
    public async Task Epochs_are_read_for_many_and_unknown_ones_are_missing()
    {
        var one = await TestOwner.TakeNewAsync(Store);
        var other = await TestOwner.TakeAsync(Store, (await TestOwner.TakeNewAsync(Store)).Key);
        var epochs = await Store.ReadEpochsAsync([one.Id, other.Id, 999_999], default);
        Assert.Equal(new Dictionary<long, long> { [one.Id] = 1, [other.Id] = 2 }, epochs.ToDictionary(found => found.Key, found => found.Value.Epoch));
    }

    [Fact]
    public async Task Stale_owner_cannot_commit_after_takeover()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var next = await TestOwner.TakeAsync(Store, owner.Key);
        var result = await Store.CommitAsync(owner.Puts(1) with { Receipts = [owner.Receipt("c:k")] }, default);
        Assert.Equal(CommitStatus.Fenced, result.Status);
        await AssertNothingHappenedAsync(next);
    }

    [Fact]
    public async Task Same_commit_number_cannot_be_used_twice()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var batch = owner.Puts(1);
        await owner.CommitAsync(batch);
        Assert.Equal(CommitStatus.Fenced, (await Store.CommitAsync(batch, default)).Status);
        Assert.Single(await Store.ReadLogAsync(owner.Id, 0, 10, default));
    }

    [Fact]
    public async Task Commit_number_ahead_of_the_row_is_fenced()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        owner.CommitNo = 1;
        Assert.Equal(CommitStatus.Fenced, (await Store.CommitAsync(owner.Puts(1), default)).Status);
        await AssertNothingHappenedAsync(owner);
    }

    [Fact]
    public async Task Head_that_is_not_the_rows_is_fenced_so_that_no_gap_can_arise()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        owner.Head = 5;
        Assert.Equal(CommitStatus.Fenced, (await Store.CommitAsync(owner.Puts(1), default)).Status);
        await AssertNothingHappenedAsync(owner);
    }

    [Fact]
    public async Task Namespace_that_is_gone_is_fenced()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var result = await Store.CommitAsync(owner.Puts(1) with { NamespaceId = 888_888 }, default);
        Assert.Equal(CommitStatus.Fenced, result.Status);
    }

    [Fact]
    public async Task Of_two_commits_of_one_number_sent_at_once_one_is_applied()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var results = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Store.CommitAsync(owner.Puts(i), default)));
        Assert.Single(results, result => result.Status == CommitStatus.Committed);
        Assert.Single(await Store.ReadLogAsync(owner.Id, 0, 10, default));
        Assert.Equal(1, (await owner.CountsAsync()).Total);
    }

    [Fact]
    public async Task Takeover_and_commit_at_once_agree_on_what_happened()
    {
        for (var round = 0; round < 20; round++)
        {
            var owner = await TestOwner.TakeNewAsync(Store);
            var commit = Store.CommitAsync(owner.Puts(1, 2, 3), default);
            var takeover = Store.TakeEpochAsync(owner.Key, TimeSpan.FromSeconds(1), default);
            var committed = (await commit).Status == CommitStatus.Committed;
            Assert.Equal(committed ? 3 : 0, (await takeover)!.HeadSeq);
            Assert.Equal(committed ? 3 : 0, (await Store.ReadLogAsync(owner.Id, 0, 10, default)).Count);
        }
    }

    [Fact]
    public async Task Seqs_of_many_commits_have_no_gap()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        for (var i = 0; i < 10; i++)
        {
            await owner.CommitAsync(owner.Puts([.. Enumerable.Range(i, i + 1)]));
        }

        var log = await Store.ReadLogAsync(owner.Id, 0, 1000, default);
        Assert.Equal(Enumerable.Range(1, 55).Select(seq => (long)seq), log.Select(row => row.Seq));
    }

    [Fact]
    public async Task Rows_that_are_not_numbered_from_the_head_are_a_mistake_of_the_sender()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await Assert.ThrowsAsync<ArgumentException>(() => Store.CommitAsync(owner.Batch(owner.PutRow(1, 2)), default));
        await AssertNothingHappenedAsync(owner);
    }

    [Fact]
    public async Task Commit_cancelled_before_it_is_sent_is_not_applied()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.CommitAsync(owner.Puts(1), new CancellationToken(true)));
        await AssertNothingHappenedAsync(owner);
    }

    [Fact]
    public async Task Commit_of_nothing_moves_the_number_and_not_the_head()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Empty());
        var next = await TestOwner.TakeAsync(Store, owner.Key);
        Assert.Equal((1, 0), (next.CommitNo, next.Head));
    }

    private async Task AssertNothingHappenedAsync(TestOwner owner)
    {
        Assert.Empty(await Store.ReadLogAsync(owner.Id, 0, 10, default));
        Assert.Empty(await Store.ReadNewestAsync(owner.Id, long.MaxValue, 10, default));
        var read = await Store.ReadAsync(owner.Id, [TestOwner.At(1)], ["c:k"], default);
        Assert.Empty(read.Rows);
        Assert.Empty(read.Receipts);
        var next = await TestOwner.TakeAsync(Store, owner.Key);
        Assert.Equal((0, 0, 0), (next.Taken.CommitNo, next.Taken.HeadSeq, next.Taken.MemoryCount));
    }
}
