using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Storage;

public abstract partial class CanonicalStoreContract
{
    [Fact]
    public async Task Active_space_is_told_to_the_next_owner()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        Assert.True(await Embeddings.ActivateSpaceAsync(owner.Id, owner.Epoch, Space, Space, default));
        var next = await TestOwner.TakeAsync(Store, owner.Key);
        Assert.Equal((Space, 1, 1), (next.Taken.ActiveSpace, next.Taken.CommitNo, next.Taken.HeadSeq));
    }

    [Fact]
    public async Task Commits_go_on_over_an_activation()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await Embeddings.ActivateSpaceAsync(owner.Id, owner.Epoch, Space, Space, default);
        await owner.CommitAsync(owner.Puts(2));
        Assert.Equal(Space, (await TestOwner.TakeAsync(Store, owner.Key)).Taken.ActiveSpace);
    }

    [Fact]
    public async Task Replaced_owner_cannot_activate_a_space_and_ends_no_cursor()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await SaveAsync(owner, Space, Vector(1));
        await Embeddings.SaveEmbeddingsAsync(owner.Id, Space, [], Space, 1, default);
        var next = await TestOwner.TakeAsync(Store, owner.Key);
        Assert.True(await Embeddings.ActivateSpaceAsync(next.Id, next.Epoch, Space, Space, default));
        Assert.False(await Embeddings.ActivateSpaceAsync(owner.Id, owner.Epoch, "other", "other", default));
        Assert.False(await Embeddings.ActivateSpaceAsync(owner.Id, next.Epoch + 1, "other", "other", default));
        Assert.Equal(1, await Embeddings.BeginRefiningAsync(owner.Id, Space, default));
        Assert.Equal(Space, (await TestOwner.TakeAsync(Store, owner.Key)).Taken.ActiveSpace);
    }

    [Fact]
    public async Task Vectors_of_an_abandoned_space_are_dropped_and_it_begins_anew()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2));
        await SaveAsync(owner, "old", Vector(1));
        await Embeddings.SaveEmbeddingsAsync(owner.Id, "old", [], "old", 1, default);
        await Embeddings.BeginRefiningAsync(owner.Id, Space, default);
        await Embeddings.SaveEmbeddingsAsync(owner.Id, "old", [], "old", 1, default);
        Assert.True(await Embeddings.ActivateSpaceAsync(owner.Id, owner.Epoch, Space, Space, default));
        await Embeddings.SaveEmbeddingsAsync(owner.Id, "old", [Vector(2)], "old", 2, default);
        Assert.Equal([1L], await SeqsOfAsync(owner, "old", 1, 2));
        Assert.Equal(0, await Embeddings.BeginRefiningAsync(owner.Id, "old", default));
    }

    [Fact]
    public async Task Activating_a_space_keeps_its_own_cursors()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2, 3));
        foreach (var (cursor, seq) in new[] { (Space, 1), (Space + "+brought", 2), ("other", 3) })
        {
            await Embeddings.BeginRefiningAsync(owner.Id, cursor, default);
            await Embeddings.SaveEmbeddingsAsync(owner.Id, Space, [], cursor, seq, default);
        }

        await Embeddings.ActivateSpaceAsync(owner.Id, owner.Epoch, Space, Space + "+brought", default);
        Assert.Equal(1, await Embeddings.BeginRefiningAsync(owner.Id, Space, default));
        Assert.Equal(2, await Embeddings.BeginRefiningAsync(owner.Id, Space + "+brought", default));
        Assert.Equal(0, await Embeddings.BeginRefiningAsync(owner.Id, "other", default));
    }

    [Fact]
    public async Task Sweep_deletes_what_no_search_looks_up_and_only_in_its_range()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2, 3, 4, 5, 6));
        EmbeddingRow[] rows = [.. Enumerable.Range(1, 6).Select(seq => Vector(seq))];
        await SaveAsync(owner, Space, rows);
        await SaveAsync(owner, "old", rows);
        await owner.CommitAsync(owner.Puts(3));
        await owner.CommitAsync(owner.Deletes(4));
        Assert.Equal(5, await Embeddings.SweepEmbeddingsAsync(owner.Id, Space, 2, 5, default));
        Assert.Equal([1L, 2L, 5L, 6L], await SeqsOfAsync(owner, Space, 1, 2, 3, 4, 5, 6));
        Assert.Equal([1L, 2L, 6L], await SeqsOfAsync(owner, "old", 1, 2, 3, 4, 5, 6));
        Assert.Equal(0, await Embeddings.SweepEmbeddingsAsync(owner.Id, Space, 2, 5, default));
    }

    [Fact]
    public async Task Sweep_that_keeps_no_space_deletes_all_in_its_range()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2, 3));
        await SaveAsync(owner, Space, Vector(1), Vector(2), new EmbeddingRow(3, null));
        Assert.Equal(2, await Embeddings.SweepEmbeddingsAsync(owner.Id, null, 1, 3, default));
        Assert.Equal([1L], await SeqsOfAsync(owner, Space, 1, 2, 3));
    }

    [Fact]
    public async Task Purge_deletes_the_vectors_of_every_version_in_every_space()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2));
        await SaveAsync(owner, Space, Vector(1), Vector(2));
        await owner.CommitAsync(owner.Puts(1));
        await SaveAsync(owner, Space, Vector(3));
        await SaveAsync(owner, "other", Vector(3));
        await owner.CommitAsync(owner.Deletes(1) with { Purges = [TestOwner.At(1)] });
        Assert.Equal([2L], await SeqsOfAsync(owner, Space, 1, 2, 3));
        Assert.Empty(await SeqsOfAsync(owner, "other", 1, 2, 3));
    }

    [Fact]
    public async Task Purge_keeps_the_vectors_of_what_is_written_with_it()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await SaveAsync(owner, Space, Vector(1));
        await owner.CommitAsync(owner.Puts(1));
        await SaveAsync(owner, Space, Vector(2));
        await owner.CommitAsync(owner.Empty() with { Purges = [TestOwner.At(1)] });
        Assert.Equal([2L], await SeqsOfAsync(owner, Space, 1, 2));
    }

    [Fact]
    public async Task Vector_sent_after_a_purge_is_dropped()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Deletes(1) with { Purges = [TestOwner.At(1)] });
        await SaveAsync(owner, Space, Vector(1));
        Assert.Empty(await SeqsOfAsync(owner, Space, 1));
        Assert.Empty(await UnrefinedAsync(owner, Space));
    }

    [Fact]
    public async Task Expired_memories_wait_to_be_refined_until_they_are_reclaimed()
    {
        // Expiry is no event in the store: whoever asks knows the time.
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Batch(owner.PutRow(1, 1).With(memory => memory with { ExpiresAt = new Instant(1) })));
        Assert.Equal([1L], await UnrefinedAsync(owner, Space));
    }
}
