using System.Text;
using CsCheck;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;

namespace Soma.Grains.Tests.Searching;

public sealed class LoadedSegmentTests
{
    private static readonly string[] Words = ["tea", "milk", "garden", "boat", "violin"];

    // A memory, what it says, and what happens while it is loaded: 0 nothing, 1 a delete, 2 an overwrite, 3 a better vector, 4 the text is refused.
    private static readonly Gen<(string[] Words, int Session, bool Expires, int Meanwhile, bool Publish)[]> Stored = Gen.Select(
        Gen.OneOf(Words).Array[0, 5], Gen.Int[0, 3], Gen.Bool, Gen.Int[0, 6], Gen.Bool).Array[1, 120];

    [Fact]
    public Task Index_loaded_in_parts_while_writes_go_on_is_that_of_the_writes_alone() =>
        Gen.Select(Stored, Gen.Int[1, 30], Gen.OneOf(Words).Array[1, 3]).SampleAsync(
            async (stored, size, query) =>
            {
                var (loaded, written) = (new SearchIndex(IndexFixture.Embedder.Dimension), new SearchIndex(IndexFixture.Embedder.Dimension));
                for (var from = stored.Length; from > 0; from -= size)
                {
                    var numbers = Enumerable.Range(Math.Max(0, from - size), Math.Min(from, size)).Reverse().ToArray();
                    foreach (var number in numbers)
                    {
                        written.Put(Entry(number, number + 1, stored[number]));
                        Meanwhile(loaded, number, stored[number]);
                        Meanwhile(written, number, stored[number]);
                        if (stored[number].Publish)
                        {
                            loaded.Publish(1_000);
                        }
                    }

                    loaded.AddLoaded(IndexFixture.Loaded([.. numbers.Select(number => Entry(number, number + 1, stored[number]))]));
                }

                loaded.CompleteLoading();
                written.CompleteLoading();
                await AssertEqualAsync(written.Publish(2_000), loaded.Publish(2_000), string.Join(' ', query));

                var end = new Instant(IndexFixture.Now.Microseconds + 500);
                Assert.Equal(written.RemoveExpired(end), loaded.RemoveExpired(end));
                await AssertEqualAsync(written.Publish(2_000), loaded.Publish(2_000), string.Join(' ', query));
            },
            iter: 150);

    [Fact]
    public async Task Part_that_comes_after_the_load_is_left_out()
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        index.CompleteLoading();
        index.AddLoaded(IndexFixture.Loaded(IndexFixture.Entry(1, 1, "tea")));
        Assert.Empty(await IndexFixture.SearchAsync(index.Publish(1), IndexFixture.Query("tea")));
    }

    [Fact]
    public void Part_that_is_not_full_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => new SearchIndex(IndexFixture.Embedder.Dimension).AddLoaded(new LoadedSegment(2, IndexFixture.Embedder.Dimension, 0)));

    [Fact]
    public async Task Brought_vectors_come_in_and_one_of_another_dimension_stays_out()
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        index.AddLoaded(IndexFixture.Loaded(
            IndexFixture.Entry(1, 3, "").WithVector([0, 2]), IndexFixture.Entry(2, 2, "").WithVector([1, 0, 0]), IndexFixture.Entry(3, 1, "").WithVector([3, 4])));
        index.CompleteLoading();
        index.Publish(3);
        Assert.Equal(2, index.Current.BroughtDimension);
        var hits = await IndexFixture.SearchAsync(index.Current, IndexFixture.Query("") with { BroughtVector = [0, 1], TextVector = null });
        Assert.Equal([(3L, 1d), (1L, .8)], hits.Select(hit => (hit.Seq, Math.Round(hit.Explanation!.Brought!.Value, 5))));
    }

    private static async Task AssertEqualAsync(IndexSnapshot expected, IndexSnapshot actual, string query)
    {
        Assert.Equal(
            (expected.Count, expected.TextCount, expected.FinalTextCount, expected.IsComplete), (actual.Count, actual.TextCount, actual.FinalTextCount, actual.IsComplete));
        foreach (var mode in Enum.GetValues<SearchMode>())
        {
            var request = IndexFixture.Query(query, mode) with { UseContext = true };
            Assert.Equal(await ScoresAsync(expected, request), await ScoresAsync(actual, request));
        }
    }

    private static async Task<IEnumerable<(long Seq, double Score)>> ScoresAsync(IndexSnapshot snapshot, SearchRequest request) =>
        (await IndexFixture.SearchAsync(snapshot, request)).Select(hit => (hit.Seq, Math.Round(hit.Score, 5))).OrderBy(hit => hit.Seq).ToArray();

    private static void Meanwhile(SearchIndex index, int number, (string[] Words, int Session, bool Expires, int Meanwhile, bool Publish) stored)
    {
        switch (stored.Meanwhile)
        {
            case 1:
                index.Remove(IndexFixture.At(number));
                break;
            case 2:
                index.Put(Entry(number, number + 1_001, stored with { Words = ["boat", .. stored.Words] }));
                break;
            case 3 or 4:
                var vector = stored.Meanwhile == 3 ? IndexFixture.VectorOf("violin") : null;
                index.Refine(TextSpace.Shared, [new RefinedMemory(IndexFixture.At(number), number + 1, new Refinement(vector))]);
                break;
        }
    }

    private static IndexEntry Entry(int number, long seq, (string[] Words, int Session, bool Expires, int Meanwhile, bool Publish) stored)
    {
        var payload = $$"""{"text":"{{string.Join(' ', stored.Words)}}","session_id":"s{{stored.Session}}"}""";
        var content = IndexFixture.Indexer.Prepare(Encoding.UTF8.GetBytes(payload), null, NamespaceSettings.DefaultSequenceFields);
        return IndexFixture.Entry(number, seq, "").Holding(content)
            .With(row => row with { ExpiresAt = stored.Expires ? new Instant(IndexFixture.Now.Microseconds + 1 + (number * 10)) : null });
    }
}
