using System.Text;
using Soma.Grains.Interfaces;
using Soma.Grains.Interfaces.Filtering;
using Soma.Grains.Searching;

namespace Soma.Grains.Tests.Searching;

public sealed class SearcherTests
{
    [Fact]
    public async Task Keyword_search_gives_only_what_has_a_word()
    {
        var snapshot = Index(IndexFixture.Entry(1, 1, "green tea"), IndexFixture.Entry(2, 2, "greet a teacher"), IndexFixture.Entry(3, 3, "black coffee"));
        Assert.Equal([IndexFixture.At(1)], await FindAsync(snapshot, IndexFixture.Query("teas", SearchMode.Keyword)));
        Assert.Empty(await FindAsync(snapshot, IndexFixture.Query("of the", SearchMode.Keyword)));
    }

    [Fact]
    public async Task Scores_run_from_best_to_worst_within_zero_and_one()
    {
        var snapshot = Index([.. Enumerable.Range(1, 50).Select(i => IndexFixture.Entry(i, i, $"tea {new string('x', i)} milk"))]);
        var hits = await IndexFixture.SearchAsync(snapshot, IndexFixture.Query("tea milk"));
        Assert.Equal(50, hits.Count);
        Assert.All(hits, hit => Assert.InRange(hit.Score, 0, 1));
        Assert.Equal(hits.Select(hit => hit.Score).OrderDescending(), hits.Select(hit => hit.Score));
    }

    [Fact]
    public async Task Equal_scores_stand_in_the_order_of_their_coordinates_on_every_page()
    {
        var snapshot = Index([.. Enumerable.Range(1, 30).Reverse().Select((number, i) => IndexFixture.Entry(number, i + 1, "tea"))]);
        var query = IndexFixture.Query("tea", topK: 7);
        var paged = new List<Coordinate>();
        for (var offset = 0; offset < 35; offset += 7)
        {
            paged.AddRange(await FindAsync(snapshot, query.Asking(asked => asked with { Offset = offset })));
        }

        Assert.Equal(Enumerable.Range(1, 30).Select(IndexFixture.At).Order(), paged);
    }

    [Fact]
    public async Task Filters_type_and_expiry_apply_before_the_cut()
    {
        var entries = Enumerable.Range(1, 100).Select(i => IndexFixture.Entry(i, i, "tea", i == 100 ? """{"k":1}""" : """{"k":2}""")).ToArray();
        entries[0] = entries[0].With(row => row with { Type = MemoryType.Belief });
        entries[1] = entries[1].With(row => row with { ExpiresAt = IndexFixture.Now });
        var snapshot = Index(entries);
        var query = IndexFixture.Query("tea", topK: 1);
        Assert.Equal([IndexFixture.At(100)], await FindAsync(snapshot, query with { Filter = Filter("""{"k":1}""") }));
        Assert.Equal([IndexFixture.At(1)], await FindAsync(snapshot, query.Asking(asked => asked with { Type = MemoryType.Belief })));
        Assert.DoesNotContain(IndexFixture.At(2), await FindAsync(snapshot, query.Asking(asked => asked with { TopK = 1000 })));
    }

    [Fact]
    public async Task A_filter_on_what_the_index_does_not_hold_is_decided_by_the_rows()
    {
        var payload = $$"""{"long":"{{new string('x', 400)}} needle"}""";
        var snapshot = Index(IndexFixture.Entry(1, 1, "tea", payload), IndexFixture.Entry(2, 2, "tea", payload.Replace("needle", "nail")), IndexFixture.Entry(3, 3, "tea"));
        var asked = new List<long>();
        var outcome = await Searcher.SearchAsync(
            snapshot,
            IndexFixture.Query("tea") with { Filter = Filter("""{"long":{"$contains":"needle"}}""") },
            (seqs, _) =>
            {
                asked.AddRange(seqs);
                return Task.FromResult<IReadOnlyDictionary<long, StoredContent>>(
                    new Dictionary<long, StoredContent> { [1] = new(Encoding.UTF8.GetBytes(payload)) });
            },
            CancellationToken.None);
        Assert.Equal([1L], outcome.Hits.Select(hit => hit.Seq));
        Assert.Equal([1L, 2L], asked);
    }

    [Fact]
    public async Task Hints_raise_and_do_not_filter()
    {
        var snapshot = Index(IndexFixture.Entry(1, 1, "tea violin"), IndexFixture.Entry(2, 2, "tea garden"));
        var hits = await FindAsync(snapshot, IndexFixture.Query("tea") with { Filter = Filter("""{"_keywords":["garden"]}""") });
        Assert.Equal([IndexFixture.At(2), IndexFixture.At(1)], hits);
    }

    [Fact]
    public async Task Without_query_and_vector_memories_stand_by_importance_then_newest()
    {
        var snapshot = Index(
            IndexFixture.Entry(1, 1, "tea", importance: 2), IndexFixture.Entry(2, 2, "tea", importance: 4),
            IndexFixture.Entry(3, 3, "tea", importance: 2), IndexFixture.Entry(4, 4, "milk", importance: -1));
        var hits = await IndexFixture.SearchAsync(snapshot, IndexFixture.Query(""));
        Assert.Equal([2L, 3L, 1L, 4L], hits.Select(hit => hit.Seq));
        Assert.Equal([1, 0.5, 0.5, 0], hits.Select(hit => hit.Score));
        var hinted = await FindAsync(snapshot, IndexFixture.Query("") with { Filter = Filter("""{"_keywords":["milk"]}""") });
        Assert.Equal([4, 2, 3, 1], hinted.Select(coordinate => (int)coordinate.ToNumbers()[0]));
    }

    [Fact]
    public async Task A_query_without_any_evidence_gives_the_nearest_and_no_error()
    {
        var snapshot = Index(IndexFixture.Entry(1, 1, "aaa"), IndexFixture.Entry(2, 2, "bbb"), IndexFixture.Entry(3, 3, "12345"));
        Assert.Equal(2, (await FindAsync(snapshot, IndexFixture.Query("zzz"))).Count);
        Assert.Empty(await FindAsync(snapshot, IndexFixture.Query("🎉")));
        Assert.Empty(await FindAsync(IndexSnapshot.Empty, IndexFixture.Query("zzz")));
    }

    [Fact]
    public async Task A_brought_vector_searches_the_brought_space_alone()
    {
        var snapshot = Index(
            IndexFixture.Entry(1, 1, "tea").WithVector([0, 3]),
            IndexFixture.Entry(2, 2, "tea").WithVector([2, 2]),
            IndexFixture.Entry(3, 3, "tea").WithVector([1, 2, 3]),
            IndexFixture.Entry(4, 4, "tea"));
        Assert.Equal(2, snapshot.BroughtDimension);
        var hits = await IndexFixture.SearchAsync(snapshot, IndexFixture.Query("") with { BroughtVector = [5, 1] });
        Assert.Equal([2L, 1L], hits.Select(hit => hit.Seq));
        Assert.Equal(6 / Math.Sqrt(52), hits[0].Explanation!.Brought!.Value, 1e-5);
        Assert.Null(hits[0].Explanation!.Text);
    }

    [Fact]
    public async Task A_brought_vector_weighs_a_third_beside_words_and_meaning()
    {
        var snapshot = Index(
            IndexFixture.Entry(1, 1, "tea").WithVector([1, 0]), IndexFixture.Entry(2, 2, "zzz").WithVector([0, 1]),
            IndexFixture.Entry(3, 3, "tea tea"));
        var hits = await IndexFixture.SearchAsync(snapshot, IndexFixture.Query("tea") with { BroughtVector = [1, 0] });
        var sums = hits.ToDictionary(hit => hit.Seq, hit => SumOf(hit.Explanation!));
        Assert.All(hits, hit => Assert.Equal(sums[hit.Seq] / sums.Values.Max(), hit.Score, 1e-5));

        static double SumOf(ScoreExplanation parts) =>
            ((((0.8 * parts.KeywordNormalised) + (1.2 * parts.TextNormalised) + parts.BroughtNormalised) / 3) + parts.Coverage)!.Value;
    }

    [Fact]
    public async Task Hits_below_the_least_score_are_left_out()
    {
        var snapshot = Index(IndexFixture.Entry(1, 1, "tea"), IndexFixture.Entry(2, 2, "tea and bread and boats in a harbor"));
        var hits = await IndexFixture.SearchAsync(snapshot, IndexFixture.Query("tea").Asking(asked => asked with { MinScore = 0.9 }));
        Assert.Equal([1L], hits.Select(hit => hit.Seq));
    }

    internal static FilterExpression Filter(string json)
    {
        Assert.True(FilterParser.TryParse(Encoding.UTF8.GetBytes(json), out var filter, out _));
        return filter;
    }

    private static IndexSnapshot Index(params IndexEntry[] entries)
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        Array.ForEach(entries, index.Put);
        return index.Publish(entries.Length);
    }

    private static async Task<IReadOnlyList<Coordinate>> FindAsync(IndexSnapshot snapshot, SearchRequest request) =>
        [.. (await IndexFixture.SearchAsync(snapshot, request)).Select(hit => hit.Coordinate)];
}
