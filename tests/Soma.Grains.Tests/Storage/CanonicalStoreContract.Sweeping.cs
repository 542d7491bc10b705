using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Sweeping;

namespace Soma.Grains.Tests.Storage;

public abstract partial class CanonicalStoreContract
{
    private ISweepStore Sweeps => (ISweepStore)Store;

    [Fact]
    public async Task Expired_memory_becomes_a_tombstone_that_keeps_seq_and_version_and_counts_no_more()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2));
        await owner.CommitAsync(owner.Batch(
            Ending(owner, owner.PutRow(1, 3, MemoryType.Semantic)), Ending(owner, owner.PutRow(3, 4, MemoryType.Belief)).With(memory => memory with { HasText = false })));
        Assert.Equal(new MemoryCounts(1, 1, 1, 2), await owner.CountsAsync());

        Assert.Equal(2, (await SweepAsync(owner)).Memories);

        Assert.Equal(new MemoryCounts(1, 0, 0, 1), await owner.CountsAsync());
        var swept = (await owner.ReadAsync(1))!;
        Assert.Equal((false, 3L, 2L, null), (swept.Alive, swept.Seq, swept.Version, swept.ExpiresAt));
        Assert.Equal([2L], (await Store.ReadNewestAsync(owner.Id, long.MaxValue, 10, default)).Select(row => row.Seq));
    }

    [Fact]
    public async Task Owner_that_is_awake_commits_on_after_a_sweep_and_hears_what_is_counted()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Batch(Ending(owner, owner.PutRow(1, 1)), owner.PutRow(2, 2)));
        await SweepAsync(owner);

        var head = (await Store.ReadEpochsAsync([owner.Id], default))[owner.Id];
        Assert.Equal(new NamespaceEpoch(owner.Epoch, owner.CommitNo, 1), head);
        // The owner still believes in the version that was swept, and goes on from it.
        var result = await Store.CommitAsync(owner.Puts(1, 3), default);
        Assert.Equal((CommitStatus.Committed, 3), (result.Status, result.MemoryCount));
        Assert.Equal(2, (await owner.ReadAsync(1))!.Version);
        Assert.Equal(new MemoryCounts(3, 0, 0, 3), await owner.CountsAsync());
    }

    [Fact]
    public async Task Memory_that_was_written_again_after_it_was_found_is_not_swept()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Batch(Ending(owner, owner.PutRow(1, 1))));
        var found = await FindAsync(owner);
        await owner.CommitAsync(owner.Puts(1));

        Assert.Equal(0, (await Sweeps.SweepAsync(owner.Id, owner.Now, found, 10, default)).Memories);
        Assert.True((await owner.ReadAsync(1))!.Alive);
        Assert.Equal(new MemoryCounts(1, 0, 0, 1), await owner.CountsAsync());
    }

    [Fact]
    public async Task Memory_whose_time_is_not_over_is_neither_found_nor_swept()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Batch(owner.PutRow(1, 1).With(memory => memory with { ExpiresAt = new Instant(owner.Now.Microseconds + 1_000_000) })));

        Assert.Empty(await FindAsync(owner));
        var named = new ExpiredMemory(owner.Id, TestOwner.At(1), 1);
        Assert.Equal(0, (await Sweeps.SweepAsync(owner.Id, owner.Now, [named], 10, default)).Memories);
        Assert.Equal(1, (await owner.CountsAsync()).Total);
    }

    [Fact]
    public async Task Swept_twice_is_counted_once()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Batch(Ending(owner, owner.PutRow(1, 1)), owner.PutRow(2, 2)));
        var found = await FindAsync(owner);
        var both = await Task.WhenAll(
            Sweeps.SweepAsync(owner.Id, owner.Now, found, 10, default), Sweeps.SweepAsync(owner.Id, owner.Now, found, 10, default));

        Assert.Equal(1, both.Sum(set => set.Memories));
        Assert.Equal(new MemoryCounts(1, 0, 0, 1), await owner.CountsAsync());
        Assert.Empty(await FindAsync(owner));
    }

    [Fact]
    public async Task Sweep_lets_go_of_vectors_of_what_it_reclaims()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var embeddings = (IEmbeddingStore)Store;
        await owner.CommitAsync(owner.Batch(Ending(owner, owner.PutRow(1, 1)), owner.PutRow(2, 2)));
        await embeddings.BeginRefiningAsync(owner.Id, "space", default);
        await embeddings.SaveEmbeddingsAsync(owner.Id, "space", [new EmbeddingRow(1, [1, 2, 3, 4]), new EmbeddingRow(2, [1, 2, 3, 4])], "space", 2, default);
        await SweepAsync(owner);
        Assert.Equal([2L], (await embeddings.ReadEmbeddingsAsync(owner.Id, "space", [1, 2], default)).Select(row => row.Seq));
    }

    [Fact]
    public async Task Links_of_a_swept_memory_stay()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Batch(Ending(owner, owner.PutRow(1, 1))));
        await owner.CommitAsync(owner.Links(owner.Link(1, 2, 2)));
        await SweepAsync(owner);
        Assert.Single(await Store.ReadLinksFromAsync(owner.Id, [TestOwner.At(1)], false, null, 10, default));
    }

    [Fact]
    public async Task Old_receipts_of_a_namespace_that_nobody_writes_to_are_found_and_deleted()
    {
        var (quiet, fresh) = (await TestOwner.TakeNewAsync(Store), await TestOwner.TakeNewAsync(Store));
        await quiet.CommitAsync(quiet.Puts(1) with { Receipts = [quiet.Receipt("c:a"), quiet.Receipt("c:b"), quiet.Receipt("c:c")] });
        var later = new Instant(quiet.Now.Microseconds + 2_000_000);
        await fresh.CommitAsync(fresh.Puts(1) with { Receipts = [fresh.Receipt("c:a") with { ExpiresAt = new Instant(later.Microseconds + 1) }] });

        var due = new List<long>();
        var next = 0L;
        do
        {
            (var page, next) = await Sweeps.FindExpiredReceiptsAsync(later, next, 3, default);
            due.AddRange(page);
        }
        while (next != 0);

        Assert.Contains(quiet.Id, due);
        Assert.DoesNotContain(fresh.Id, due);
        Assert.Equal(2, (await Sweeps.SweepAsync(quiet.Id, later, [], 2, default)).Receipts);
        Assert.Equal(1, (await Sweeps.SweepAsync(quiet.Id, later, [], 2, default)).Receipts);
        Assert.Empty((await Store.ReadAsync(quiet.Id, [], ["c:a", "c:b", "c:c"], default)).Receipts);
        Assert.Equal(0, (await Sweeps.SweepAsync(fresh.Id, later, [], 2, default)).Receipts);
    }

    private static LogRow Ending(TestOwner owner, LogRow row) => row.With(memory => memory with { ExpiresAt = new Instant(owner.Now.Microseconds + 1) });

    private async Task<IReadOnlyList<ExpiredMemory>> FindAsync(TestOwner owner) =>
        [.. (await Sweeps.FindExpiredAsync(owner.Now, 100_000, default)).Where(memory => memory.NamespaceId == owner.Id)];

    private async Task<SweptSet> SweepAsync(TestOwner owner) =>
        await Sweeps.SweepAsync(owner.Id, owner.Now, await FindAsync(owner), 10, default);
}
