using Soma.Grains.Searching;
using Soma.Grains.Searching.Ranking;

namespace Soma.Grains.Tests.Searching;

public sealed class SpeakerTests
{
    private static readonly SearchIndex Index = Fill();

    [Fact]
    public async Task Who_is_named_in_the_query_is_preferred_among_equals()
    {
        Assert.Equal(IndexFixture.At(2), (await SearchAsync("did bob like tea"))[0].Coordinate);
        Assert.Equal(IndexFixture.At(1), (await SearchAsync("did ann like tea"))[0].Coordinate);
    }

    [Fact]
    public async Task Naming_both_names_of_a_speaker_counts_once()
    {
        var hits = await SearchAsync("carol smith tea");
        Assert.Equal((double)SpeakerArm.Gain, hits.Single(hit => hit.Coordinate == IndexFixture.At(3)).Explanation!.Speaker);
        Assert.All(hits.Where(hit => hit.Coordinate != IndexFixture.At(3)), hit => Assert.Null(hit.Explanation!.Speaker));
    }

    [Fact]
    public async Task A_keyword_search_finds_a_speaker_whom_the_text_does_not_name_as_a_further_field() =>
        Assert.Equal([4L], (await IndexFixture.SearchAsync(Index.Current, IndexFixture.Query("dave", Interfaces.SearchMode.Keyword))).Select(hit => hit.Seq));

    private static Task<IReadOnlyList<RankedMemory>> SearchAsync(string query) =>
        IndexFixture.SearchAsync(Index.Current, IndexFixture.Query(query));

    private static SearchIndex Fill()
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        index.CompleteLoading();
        index.Put(Said(1, "ann", "ann and bob like tea"));
        index.Put(Said(2, "bob", "ann and bob like tea"));
        index.Put(Said(3, "carol smith", "tea with ann and bob"));
        index.Put(Said(4, "dave", "nothing but coffee"));
        index.Publish(4);
        return index;
    }

    private static IndexEntry Said(int number, string speaker, string text) =>
        IndexFixture.Entry(number, number, text, $$"""{"speaker":"{{speaker}}"}""");
}
