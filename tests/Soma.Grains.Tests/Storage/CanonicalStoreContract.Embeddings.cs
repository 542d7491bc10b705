using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Storage;

public abstract partial class CanonicalStoreContract
{
    private const string Space = "one";

    private IEmbeddingStore Embeddings => (IEmbeddingStore)Store;

    [Fact]
    public async Task Beginning_to_refine_again_goes_on_where_it_was()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2, 3));
        Assert.Equal(0, await Embeddings.BeginRefiningAsync(owner.Id, Space, default));
        Assert.Equal(0, await Embeddings.BeginRefiningAsync(owner.Id, Space, default));
        await Embeddings.SaveEmbeddingsAsync(owner.Id, Space, [], Space, 2, default);
        Assert.Equal(2, await Embeddings.BeginRefiningAsync(owner.Id, Space, default));
        Assert.Equal(0, await Embeddings.BeginRefiningAsync(owner.Id, Space + "+brought", default));
    }

    [Fact]
    public async Task Cursor_moves_forward_only()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2, 3));
        await Embeddings.BeginRefiningAsync(owner.Id, Space, default);
        await Embeddings.SaveEmbeddingsAsync(owner.Id, Space, [], Space, 3, default);
        await Embeddings.SaveEmbeddingsAsync(owner.Id, Space, [Vector(1)], Space, 1, default);
        Assert.Equal(3, await Embeddings.BeginRefiningAsync(owner.Id, Space, default));
        Assert.Equal([1L], await SeqsOfAsync(owner, Space, 1, 2, 3));
    }

    [Fact]
    public async Task Unrefined_are_the_living_with_text_that_lack_a_row_of_the_space_oldest_first()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2, 3, 4));
        await owner.CommitAsync(owner.Batch(owner.PutRow(5, 5).With(memory => memory with { Text = null, HasText = false }), owner.PutRow(6, 6)));
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Deletes(3));
        await SaveAsync(owner, Space, Vector(4));
        await SaveAsync(owner, "other", Vector(2), Vector(6));
        Assert.Equal([2L, 6L, 7L], await UnrefinedAsync(owner, Space));
        Assert.Equal([4L, 7L], await UnrefinedAsync(owner, "other"));
        Assert.Equal([2L, 4L, 6L, 7L], await UnrefinedAsync(owner, "third"));
        Assert.Equal([6L, 7L], await UnrefinedAsync(owner, Space, after: 2));
        Assert.Equal([2L, 6L], await UnrefinedAsync(owner, Space, limit: 2));
    }

    [Fact]
    public async Task Unrefined_memory_comes_whole()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var row = owner.PutRow(1, 1).With(memory => memory with { BroughtVector = [1, 2, 3, 4], Text = "nul \0 ü" });
        await owner.CommitAsync(owner.Batch(row));
        AssertSame(TestOwner.ToMemory(row), Assert.Single(await Embeddings.ReadUnrefinedAsync(owner.Id, Space, 0, 10, default)));
    }

    [Fact]
    public async Task Vectors_come_back_byte_for_byte_and_a_refused_text_keeps_its_null()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2, 3));
        var all = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();
        await SaveAsync(owner, Space, new EmbeddingRow(1, all), new EmbeddingRow(2, null));
        var rows = await Embeddings.ReadEmbeddingsAsync(owner.Id, Space, [2, 1, 1, 3, 99], default);
        Assert.Equal([1L, 2L], rows.Select(row => row.Seq).Order());
        Assert.Equal(all, rows.Single(row => row.Seq == 1).Vector);
        Assert.Null(rows.Single(row => row.Seq == 2).Vector);
        Assert.Equal([3L], await UnrefinedAsync(owner, Space));
        Assert.Empty(await Embeddings.ReadEmbeddingsAsync(owner.Id, "other", [1, 2], default));
    }

    [Fact]
    public async Task Row_that_exists_stays_as_it_is()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2));
        await SaveAsync(owner, Space, new EmbeddingRow(1, [1]), new EmbeddingRow(2, null));
        await SaveAsync(owner, Space, new EmbeddingRow(1, [9]), new EmbeddingRow(2, [9]));
        var rows = await Embeddings.ReadEmbeddingsAsync(owner.Id, Space, [1, 2], default);
        Assert.Equal([1], rows.Single(row => row.Seq == 1).Vector);
        Assert.Null(rows.Single(row => row.Seq == 2).Vector);
    }

    [Fact]
    public async Task Vectors_of_versions_that_are_not_current_are_dropped()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2, 3));
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Deletes(2));
        await SaveAsync(owner, Space, Vector(1), Vector(2), Vector(3), Vector(4), Vector(77));
        Assert.Equal([3L, 4L], await SeqsOfAsync(owner, Space, 1, 2, 3, 4, 5, 77));
    }

    [Fact]
    public async Task Two_namespaces_vectors_never_mix()
    {
        var one = await TestOwner.TakeNewAsync(Store);
        var other = await TestOwner.TakeNewAsync(Store);
        await one.CommitAsync(one.Puts(1, 2));
        await other.CommitAsync(other.Puts(1, 2));
        await SaveAsync(one, Space, Vector(1), Vector(2));
        await Embeddings.SaveEmbeddingsAsync(other.Id, Space, [Vector(1)], Space, 2, default);
        Assert.Empty(await SeqsOfAsync(other, Space, 1, 2));
        Assert.Equal([1L, 2L], await UnrefinedAsync(other, Space));
        Assert.Equal(0, await Embeddings.BeginRefiningAsync(other.Id, Space, default));
        Assert.True(await Embeddings.ActivateSpaceAsync(other.Id, other.Epoch, "third", "third", default));
        Assert.Equal(0, await Embeddings.SweepEmbeddingsAsync(other.Id, null, 0, 99, default));
        await SaveAsync(one, Space, Vector(1));
        Assert.Equal([1L, 2L], await SeqsOfAsync(one, Space, 1, 2));
        Assert.Null((await TestOwner.TakeAsync(Store, one.Key)).Taken.ActiveSpace);
    }

    private static EmbeddingRow Vector(long seq) => new(seq, [(byte)seq, 0, 0, 0]);

    private async Task SaveAsync(TestOwner owner, string space, params EmbeddingRow[] rows)
    {
        await Embeddings.BeginRefiningAsync(owner.Id, space, default);
        await Embeddings.SaveEmbeddingsAsync(owner.Id, space, rows, space, 0, default);
    }

    private async Task<IEnumerable<long>> SeqsOfAsync(TestOwner owner, string space, params long[] seqs) =>
        (await Embeddings.ReadEmbeddingsAsync(owner.Id, space, seqs, default)).Select(row => row.Seq).Order();

    private async Task<IEnumerable<long>> UnrefinedAsync(TestOwner owner, string space, long after = 0, int limit = 10) =>
        (await Embeddings.ReadUnrefinedAsync(owner.Id, space, after, limit, default)).Select(row => row.Seq);
}
