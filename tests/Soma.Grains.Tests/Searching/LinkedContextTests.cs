using CsCheck;
using Soma.Grains.Interfaces;
using Soma.Grains.Interfaces.Filtering;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Ranking;
using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Searching;

public sealed class LinkedContextTests
{
    private static readonly SearchIndex Index = Fill();

    [Fact]
    public async Task A_linked_memory_without_a_word_of_the_query_is_found()
    {
        Assert.Equal([1], await FindAsync(Query("tea")));
        Assert.Equal([1, 2], await FindAsync(Query("tea"), Link(1, 2)));
    }

    [Fact]
    public async Task A_link_lends_whichever_way_it_points() =>
        Assert.Equal([1, 2, 3], await FindAsync(Query("tea"), Link(1, 2), Link(3, 1)));

    [Fact]
    public async Task A_memory_gains_a_part_of_the_score_by_the_strength_of_its_link_and_of_several_the_largest()
    {
        var hits = await SearchAsync(Query("tea"), Link(1, 2, 0.5), Link(1, 2, 0.4), Link(2, 1, 0.1), Link(1, 3, 7));
        Assert.Equal(1, hits[0].Score, 1e-6);
        Assert.Equal([(1L, null), (3L, LinkedContext.OneStep), (2L, LinkedContext.OneStep / 2)], hits.Select(hit => (hit.Seq, (float?)hit.Explanation!.Linked)));
    }

    [Fact]
    public async Task A_link_of_strength_0_lends_nothing() => Assert.Equal([1], await FindAsync(Query("tea"), Link(1, 2, 0)));

    [Fact]
    public async Task What_two_links_lead_to_gains_only_where_two_hops_are_asked_for()
    {
        Assert.Equal([1, 2], await FindAsync(Query("tea"), Link(1, 2), Link(2, 3)));
        var hits = await SearchAsync(Query("tea", hops: 2), Link(1, 2), Link(3, 2, 0.5));
        Assert.Equal([(1L, null), (2L, 0.5f), (3L, 0.125f)], hits.Select(hit => (hit.Seq, (float?)hit.Explanation!.Linked)));
    }

    [Fact]
    public async Task A_way_may_pass_a_key_that_holds_no_memory() =>
        Assert.Equal([1, 3], await FindAsync(Query("tea", hops: 2), Link(1, 77), Link(77, 3)));

    [Fact]
    public async Task No_memory_gains_from_itself_by_way_of_another()
    {
        var hits = await SearchAsync(Query("tea", hops: 2), Link(1, 1), Link(1, 2));
        Assert.Null(hits[0].Explanation!.Linked);
    }

    [Fact]
    public async Task Two_good_memories_that_share_a_key_lend_each_other_over_it()
    {
        // 4 has a word of the query too. Each of the two gains from the other, though the key between them got most from the better one.
        var hits = await SearchAsync(Query("tea boat", hops: 2), Link(1, 77), Link(4, 77));
        Assert.All(hits.Where(hit => hit.Seq is 1 or 4), hit => Assert.True(hit.Explanation!.Linked > 0));
    }

    [Theory]
    [InlineData("filter")]
    [InlineData("type")]
    [InlineData("min_score")]
    [InlineData("min_relevance")]
    [InlineData("phrase")]
    public async Task A_condition_of_the_search_holds_for_linked_memories_too(string condition)
    {
        var plain = Query(condition == "phrase" ? "\"tea\"" : "tea");
        var query = condition switch
        {
            "filter" => plain with { Filter = FilterOf("""{"kind":"wanted"}""") },
            "type" => plain.Asking(asked => asked with { Type = MemoryType.Semantic }),
            "min_score" => plain.Asking(asked => asked with { MinScore = 0.6 }),
            "min_relevance" => plain.Asking(asked => asked with { MinRelevance = 0.6 }) with { Words = QueryWords.Of("tea", IndexFixture.Embedder) },
            _ => plain,
        };
        Assert.DoesNotContain(2, await FindAsync(query, Link(1, 2)));
    }

    [Fact]
    public async Task A_memory_that_the_filter_excludes_lends_nothing() =>
        Assert.Empty(await FindAsync(Query("tea") with { Filter = FilterOf("""{"kind":"other"}""") }, Link(1, 2)));

    [Fact]
    public async Task Without_expand_no_link_is_read_and_the_order_is_the_same()
    {
        var query = Query("tea boat", mode: SearchMode.Hybrid);
        var asked = await IndexFixture.SearchAsync(Index.Current, query.Asking(each => each with { Expand = null }) with { Links = (_, _) => throw new InvalidOperationException("No link should be read.") });
        var plain = await IndexFixture.SearchAsync(Index.Current, IndexFixture.Query("tea boat"));
        Assert.Equal(plain.Select(hit => (hit.Seq, hit.Score)), asked.Select(hit => (hit.Seq, hit.Score)));
    }

    [Fact]
    public async Task Keys_that_would_gain_and_are_not_held_are_named()
    {
        var outcome = await Searcher.SearchAsync(
            Index.Current, Query("tea") with { Links = Reading(Link(1, 77), Link(2, 78), Link(1, 3)) }, IndexFixture.NoRowsAsync, CancellationToken.None);
        Assert.Equal([IndexFixture.At(77)], outcome.Unheld);
    }

    [Fact]
    public Task One_hop_lends_what_a_walk_over_all_pairs_says() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 5], Gen.Int[0, 4]).Array[0, 12].SampleAsync(
            async drawn =>
            {
                var links = drawn.Select(each => Link(each.Item1, each.Item2, each.Item3 / 4d)).ToArray();
                var query = Query("tea boat", mode: SearchMode.Vector);
                var before = (await IndexFixture.SearchAsync(Index.Current, query)).ToDictionary(hit => (int)hit.Seq, hit => hit.Score);
                foreach (var hit in await SearchAsync(query, links))
                {
                    var number = (int)hit.Seq;
                    var gain = links.Where(link => link.Key.From != link.Key.To)
                        .SelectMany(link => new[] { (From: link.Key.From, To: link.Key.To, link.Strength), (From: link.Key.To, To: link.Key.From, link.Strength) })
                        .Where(step => step.To == IndexFixture.At(number))
                        .Select(step => LinkedContext.OneStep * step.Strength * before.GetValueOrDefault((int)step.From.ToNumbers()[0]))
                        .DefaultIfEmpty(0).Max();
                    Assert.Equal(gain, hit.Explanation!.Linked ?? 0, 1e-4);
                }
            },
            iter: 300);

    private static SearchRequest Query(string query, int hops = 1, SearchMode mode = SearchMode.Keyword) =>
        IndexFixture.Query(query, mode).Asking(asked => asked with { Expand = new SearchExpansion { Hops = hops } });

    private static FilterExpression FilterOf(string json) =>
        FilterParser.TryParse(System.Text.Encoding.UTF8.GetBytes(json), out var filter, out _, isStrict: true) ? filter : throw new ArgumentException(json);

    private static LinkRow Link(int from, int to, double strength = 1) => new(new LinkKey(IndexFixture.At(from), IndexFixture.At(to), "related"), strength, null, 1);

    private static LinkReading Reading(params LinkRow[] links) => (keys, _) =>
        Task.FromResult<IReadOnlyList<LinkRow>>([.. links.Where(link => keys.Contains(link.Key.From) || keys.Contains(link.Key.To))]);

    private static Task<IReadOnlyList<RankedMemory>> SearchAsync(SearchRequest query, params LinkRow[] links) =>
        IndexFixture.SearchAsync(Index.Current, query with { Links = Reading(links) });

    private static async Task<IEnumerable<int>> FindAsync(SearchRequest query, params LinkRow[] links) =>
        (await SearchAsync(query, links)).Select(hit => (int)hit.Seq).Order();

    private static SearchIndex Fill()
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        index.CompleteLoading();
        index.Put(IndexFixture.Entry(1, 1, "tea", """{"kind":"wanted"}""").With(row => row with { Type = MemoryType.Semantic }));
        index.Put(IndexFixture.Entry(2, 2, "violin", """{"kind":"other"}"""));
        index.Put(IndexFixture.Entry(3, 3, "garden", """{"kind":"other"}"""));
        index.Put(IndexFixture.Entry(4, 4, "boat", """{"kind":"other"}"""));
        index.Put(IndexFixture.Entry(5, 5, "milk", """{"kind":"other"}"""));
        index.Publish(5);
        return index;
    }
}
