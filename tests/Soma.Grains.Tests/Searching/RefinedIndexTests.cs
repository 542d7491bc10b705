using System.Runtime.CompilerServices;
using CsCheck;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;

namespace Soma.Grains.Tests.Searching;

public sealed class RefinedIndexTests
{
    private static readonly Refinement AsQuery = new(IndexFixture.VectorOf("query"));

    private readonly SearchIndex _index = new(IndexFixture.Embedder.Dimension);

    [Fact]
    public async Task A_snapshot_from_before_shows_the_old_vector_and_one_from_after_the_new()
    {
        _index.Put(IndexFixture.Entry(1, 1, "tea"));
        _index.Put(IndexFixture.Entry(2, 2, "beer"));
        var before = _index.Publish(2);
        _index.Refine(TextSpace.Shared, [new RefinedMemory(IndexFixture.At(1), 1, AsQuery)]);
        Assert.Equal(Cosine("tea"), (await CosinesAsync(_index.Current))[1], 1e-5);
        var after = _index.Publish(2);
        Assert.Equal(1, (await CosinesAsync(after))[1], 1e-5);
        Assert.Equal(Cosine("beer"), (await CosinesAsync(after))[2], 1e-5);
        Assert.Equal(Cosine("tea"), (await CosinesAsync(before))[1], 1e-5);
        Assert.Equal((0, 1), (before.FinalTextCount, after.FinalTextCount));
        Assert.Equal((2L, 1L), (after.Seq, after.Publication - before.Publication));
    }

    [Fact]
    public async Task What_is_written_after_a_refinement_shows_only_in_snapshots_from_after_it()
    {
        _index.Put(IndexFixture.Entry(1, 1, "tea"));
        var first = _index.Publish(1);
        _index.Refine(TextSpace.Shared, [new RefinedMemory(IndexFixture.At(1), 1, AsQuery)]);
        var second = _index.Publish(1);
        _index.Put(IndexFixture.Entry(2, 2, "beer"));
        var third = _index.Publish(2);
        _index.Put(IndexFixture.Entry(1, 3, "bread"));
        _index.Publish(3);
        Assert.Equal([1L], (await CosinesAsync(first)).Keys);
        Assert.Equal([1L], (await CosinesAsync(second)).Keys);
        Assert.Equal([1L, 2L], (await CosinesAsync(third)).Keys.Order());
        Assert.Equal(Cosine("bread"), (await CosinesAsync(_index.Current))[3], 1e-5);
        Assert.Equal(0, _index.Current.FinalTextCount);
    }

    [Fact]
    public async Task A_vector_of_a_version_that_is_gone_changes_nothing()
    {
        _index.CompleteLoading();
        _index.Put(IndexFixture.Entry(1, 1, "tea"));
        _index.Put(IndexFixture.Entry(2, 2, "tea"));
        _index.Put(IndexFixture.Entry(1, 3, "beer"));
        _index.Remove(IndexFixture.At(2));
        _index.Refine(TextSpace.Shared, [new RefinedMemory(IndexFixture.At(1), 1, AsQuery), new RefinedMemory(IndexFixture.At(2), 2, AsQuery)]);
        _index.Publish(4);
        Assert.Equal(Cosine("beer"), Assert.Single(await CosinesAsync(_index.Current)).Value, 1e-5);
        _index.Put(IndexFixture.Entry(2, 5, "bread"));
        _index.Publish(5);
        Assert.Equal(Cosine("bread"), (await CosinesAsync(_index.Current))[5], 1e-5);
        Assert.Equal(0, _index.Current.FinalTextCount);
    }

    [Fact]
    public async Task A_refused_text_keeps_its_first_vector_and_nothing_is_to_come_for_it()
    {
        _index.Put(IndexFixture.Entry(1, 1, "tea"));
        _index.Refine(TextSpace.Shared, [new RefinedMemory(IndexFixture.At(1), 1, new Refinement(null))]);
        _index.Publish(1);
        Assert.Equal(Cosine("tea"), (await CosinesAsync(_index.Current))[1], 1e-5);
        Assert.Equal(1, _index.Current.FinalTextCount);
    }

    [Fact]
    public async Task What_is_refined_while_it_is_loaded_comes_in_with_its_better_vector()
    {
        _index.Refine(TextSpace.Shared, [new RefinedMemory(IndexFixture.At(1), 1, AsQuery), new RefinedMemory(IndexFixture.At(2), 2, AsQuery)]);
        _index.Put(IndexFixture.Entry(2, 3, "beer"));
        _index.AddLoaded(IndexFixture.Loaded(IndexFixture.Entry(1, 1, "tea"), IndexFixture.Entry(2, 2, "tea")));
        _index.CompleteLoading();
        _index.Publish(3);
        Assert.Equal(1, (await CosinesAsync(_index.Current))[1], 1e-5);
        Assert.Equal(Cosine("beer"), (await CosinesAsync(_index.Current))[3], 1e-5);
        Assert.Equal(1, _index.Current.FinalTextCount);
    }

    [Fact]
    public void Vectors_of_memories_that_are_too_many_to_be_loaded_are_not_kept()
    {
        _index.Put(IndexFixture.Entry(1, 1, "tea"));
        _index.StopLoading();
        var vector = RefineUnknown();
        GC.Collect();
        Assert.False(vector.IsAlive);
        Assert.False(_index.Publish(1).IsComplete);
        GC.KeepAlive(_index);
    }

    [Fact]
    public async Task A_memory_is_scored_in_the_models_space_where_it_has_a_vector_there_and_else_by_the_tables()
    {
        _index.UsesModels = true;
        _index.Put(IndexFixture.Entry(1, 1, "tea"));
        _index.Put(IndexFixture.Entry(2, 2, "beer"));
        _index.Refine(TextSpace.Model, [new RefinedMemory(IndexFixture.At(1), 1, new Refinement([0.6f, 0.8f]))]);
        _index.Publish(2);
        var request = IndexFixture.Query("query", SearchMode.Vector) with { ModelVector = [1, 0] };
        var hits = await IndexFixture.SearchAsync(_index.Current, request);
        Assert.Equal(0.6, hits.Single(hit => hit.Seq == 1).Explanation!.Text!.Value, 1e-5);
        Assert.Equal((0, 1), (_index.Current.FinalTextCount, _index.Current.FinalModelCount));

        var held = _index.Current;
        _index.DropModels();
        _index.Publish(2);
        Assert.Equal(Cosine("tea"), (await CosinesAsync(_index.Current))[1], 1e-5);
        Assert.Equal(0.6, (await IndexFixture.SearchAsync(held, request)).Single(hit => hit.Seq == 1).Explanation!.Text!.Value, 1e-5);
        Assert.Equal(0, _index.Current.FinalModelCount);
    }

    [Fact]
    public async Task A_brought_vector_of_the_text_space_stands_in_the_texts_place()
    {
        var brought = IndexFixture.VectorOf("query")!.Select(x => 3 * x).ToArray();
        _index.Put(IndexFixture.Entry(1, 1, "tea").WithVector(brought) with { IsBroughtText = true });
        _index.Put(IndexFixture.Entry(2, 2, "tea").WithVector(brought));
        _index.Put(IndexFixture.Entry(3, 3, "tea").WithVector(brought) with { IsBroughtText = true, Text = new Refinement(IndexFixture.VectorOf("zzz")) });
        _index.Put(IndexFixture.Entry(4, 4, "tea").WithVector([1, 2]) with { IsBroughtText = true });
        _index.Publish(4);
        var cosines = await CosinesAsync(_index.Current);
        Assert.Equal(1, cosines[1], 1e-5);
        Assert.Equal(Cosine("tea"), cosines[2], 1e-5);
        Assert.Equal(1, cosines[3], 1e-5);
        Assert.Equal(Cosine("tea"), cosines[4], 1e-5);
        Assert.Equal(2, _index.Current.FinalTextCount);
    }

    [Fact]
    public Task Vectors_and_counts_are_those_of_a_plain_list_after_any_changes() =>
        Gen.Select(Gen.Int[0, 30], Gen.Int[0, 9]).Array[1, 250].SampleAsync(
            async changes =>
            {
                var index = new SearchIndex(IndexFixture.Embedder.Dimension) { UsesModels = true };
                var plain = new Dictionary<int, (long Seq, string Text, bool IsText, bool IsModel, double Cosine)>();
                for (var i = 0; i < changes.Length; i++)
                {
                    Apply(index, plain, changes[i].Item1, changes[i].Item2, i + 1);
                }

                index.Publish(changes.Length);
                Assert.Equal(plain.Values.Count(memory => memory.IsText), index.Current.FinalTextCount);
                Assert.Equal(plain.Values.Count(memory => memory.IsModel), index.Current.FinalModelCount);
                var cosines = await CosinesAsync(index.Current);
                Assert.Equal(plain.Values.Select(memory => memory.Seq).Order(), cosines.Keys.Order());
                Assert.All(plain.Values, memory => Assert.Equal(memory.Cosine, cosines[memory.Seq], 1e-5));
            },
            iter: 200);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference RefineUnknown()
    {
        var vector = new float[IndexFixture.Embedder.Dimension];
        _index.Refine(TextSpace.Shared, [new RefinedMemory(IndexFixture.At(9), 9, new Refinement(vector))]);
        return new WeakReference(vector);
    }

    private static void Apply(
        SearchIndex index, Dictionary<int, (long Seq, string Text, bool IsText, bool IsModel, double Cosine)> plain, int number, int what, long seq)
    {
        var before = plain.GetValueOrDefault(number);
        switch (what)
        {
            case 0:
                index.Remove(IndexFixture.At(number));
                plain.Remove(number);
                break;
            case 1:
                index.Publish(seq);
                break;
            case 2 or 3:
                index.Refine(TextSpace.Shared, [new RefinedMemory(IndexFixture.At(number), before.Seq, AsQuery)]);
                _ = before.Seq > 0 ? plain[number] = before with { IsText = true, Cosine = 1 } : default;
                break;
            case 4:
                index.Refine(TextSpace.Shared, [new RefinedMemory(IndexFixture.At(number), before.Seq, new Refinement(null))]);
                _ = before.Seq > 0 ? plain[number] = before with { IsText = true } : default;
                break;
            case 5:
                index.Refine(TextSpace.Model, [new RefinedMemory(IndexFixture.At(number), before.Seq, new Refinement([1, 0]))]);
                _ = before.Seq > 0 ? plain[number] = before with { IsModel = true } : default;
                break;
            default:
                var text = what % 2 == 0 ? "query tea" : "query milk and bread";
                index.Put(IndexFixture.Entry(number, seq, text));
                plain[number] = (seq, text, false, false, Cosine(text));
                break;
        }
    }

    private static async Task<Dictionary<long, double>> CosinesAsync(IndexSnapshot snapshot) =>
        (await IndexFixture.SearchAsync(snapshot, IndexFixture.Query("query", SearchMode.Vector)))
            .ToDictionary(hit => hit.Seq, hit => hit.Explanation!.Text!.Value);

    private static double Cosine(string text) => IndexFixture.VectorOf(text)!.Zip(IndexFixture.VectorOf("query")!, (x, y) => x * y).Sum();
}
