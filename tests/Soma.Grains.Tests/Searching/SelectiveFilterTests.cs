using Soma.Grains.Interfaces;
using Soma.Grains.Searching;

namespace Soma.Grains.Tests.Searching;

/// <summary>Filters that leave next to nothing of many memories.</summary>
public sealed class SelectiveFilterTests
{
    private const int Memories = 20_000;
    private const int OneIn = 1_000;

    private static readonly Lazy<IndexSnapshot> Snapshot = new(Fill);

    [Theory]
    [InlineData(SearchMode.Hybrid, false)]
    [InlineData(SearchMode.Vector, false)]
    [InlineData(SearchMode.Vector, true)]
    [InlineData(SearchMode.Keyword, false)]
    public async Task One_in_a_thousand_memories_still_fill_an_answer(SearchMode mode, bool isExact)
    {
        foreach (var topK in new[] { 5, Memories / OneIn })
        {
            var request = IndexFixture.Query("tea", mode, topK).Asking(asked => asked with { Exact = isExact }) with { Filter = SearcherTests.Filter("""{"rare":true}""") };
            var hits = await IndexFixture.SearchAsync(Snapshot.Value, request);
            Assert.Equal(topK, hits.Count);
            Assert.All(hits, hit => Assert.Equal(0, hit.Seq % OneIn));
        }
    }

    // What the filter keeps is worse by word and vector than everything else.
    private static IndexSnapshot Fill()
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        for (var i = 1; i <= Memories; i++)
        {
            index.Put(i % OneIn == 0
                ? IndexFixture.Entry(i, i, "tea beside boxes, jugs, quills and violins", """{"rare":true}""")
                : IndexFixture.Entry(i, i, "tea", """{"rare":false}"""));
        }

        return index.Publish(Memories);
    }
}
