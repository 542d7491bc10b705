using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Ranking;
using static Soma.Grains.Tests.Searching.IndexFixture;

namespace Soma.Grains.Tests.Searching;

public sealed class CoverageTests
{
    [Fact]
    public async Task A_memory_whose_neighbour_has_the_other_word_covers_the_whole_query()
    {
        var hits = await FindAsync("violin boat", UsingContext, ("violin", "a"), ("boat", "a"), ("violin", "b"), ("garden", "b"));
        Assert.True(CoverageOf(hits, 1) > CoverageOf(hits, 3));
        Assert.All([1, 2], seq => Assert.InRange(CoverageOf(hits, seq), CoverageArm.Around, 1.2));
    }

    [Fact]
    public async Task Neighbours_of_another_conversation_cover_nothing()
    {
        var hits = await FindAsync("violin boat", UsingContext, ("violin", "a"), ("boat", "b"));
        var alone = await FindAsync("violin boat", request => request, ("violin", "a"), ("boat", "b"));
        Assert.Equal(CoverageOf(alone, 1), CoverageOf(hits, 1), 1e-5);
    }

    [Fact]
    public async Task Words_side_by_side_as_in_the_query_cover_more_than_words_apart()
    {
        var hits = await FindAsync("green tea", request => request, ("tea green garden", "a"), ("green tea garden", "b"), ("green garden tea", "c"));
        Assert.Equal(CoverageArm.Adjacent, CoverageOf(hits, 2) - CoverageOf(hits, 1), 1e-5);
        Assert.Equal(CoverageOf(hits, 1), CoverageOf(hits, 3), 1e-5);
        Assert.Equal(2, hits[0].Seq);
    }

    [Fact]
    public async Task Words_side_by_side_are_found_at_every_place_of_a_text_of_any_length()
    {
        for (var length = 2; length <= 40; length++)
        {
            for (var at = 0; at + 1 < length; at++)
            {
                var before = string.Concat(Enumerable.Range(0, at).Select(i => $"filler{(char)('a' + (i % 26))} "));
                var behind = string.Concat(Enumerable.Range(at + 2, length - at - 2).Select(i => $" filler{(char)('a' + (i % 26))}"));
                var hits = await FindAsync(
                    "green tea", request => request, ($"{before}tea green{behind}", "a"), ($"{before}green tea{behind}", "b"));
                Assert.Equal(CoverageArm.Adjacent, CoverageOf(hits, 2) - CoverageOf(hits, 1), 1e-5);
            }
        }
    }

    [Fact]
    public void Each_memory_keeps_the_order_of_its_terms()
    {
        var (index, random, entries) = (new SearchIndex(Embedder.Dimension), new Random(1), new List<IndexEntry>());
        for (var i = 1; i <= 3_000; i++)
        {
            entries.Add(Entry(i, i, string.Join(' ', Enumerable.Range(0, random.Next(4) * random.Next(20)).Select(_ => $"w{random.Next(50)}")), "{}"));
            index.Put(entries[^1]);
            index.Publish(i);
        }

        var orders = new List<ushort[]>();
        for (var i = 0; i < index.Current.SegmentCount; i++)
        {
            orders.AddRange(Enumerable.Range(0, index.Current.LengthOf(i)).Select(slot => index.Current.SegmentAt(i).OrderOf(slot).ToArray()));
        }

        Assert.Equal(entries.Select(entry => entry.Content.Terms.Order), orders);
    }

    [Fact]
    public async Task A_long_text_that_has_every_word_covers_less_than_a_short_one()
    {
        var filler = string.Join(' ', Enumerable.Range(0, 400).Select(i => $"filler{i}"));
        var hits = await FindAsync("violin boat", request => request, ($"violin {filler} boat", "a"), ("violin and boat", "b"));
        Assert.InRange(CoverageOf(hits, 1), 0.01, CoverageOf(hits, 2) * 0.6);
    }

    [Fact]
    public async Task Words_that_no_memory_has_leave_the_query_uncovered()
    {
        var whole = await FindAsync("violin", request => request, ("violin", "a"), ("boat", "b"));
        var half = await FindAsync("violin chromodynamics", request => request, ("violin", "a"), ("boat", "b"));
        Assert.Equal(CoverageArm.Own + CoverageArm.Around, CoverageOf(whole, 1), 1e-5);
        Assert.InRange(CoverageOf(half, 1), 0.01, CoverageOf(whole, 1) * 0.6);
    }

    [Fact]
    public async Task A_query_of_more_words_than_there_are_bits_is_covered_by_its_rarest()
    {
        var words = string.Join(' ', Enumerable.Range(0, 100).Select(i => $"word{i}x"));
        var hits = await FindAsync(words, request => request, (words, "a"), ("word1x", "b"), ("boat", "c"));
        Assert.Equal(1, hits[0].Seq);
        Assert.InRange(CoverageOf(hits, 1), 0.1, 1.3);
    }

    private static SearchRequest UsingContext(SearchRequest request) => request with { UseContext = true };

    private static double CoverageOf(IReadOnlyList<RankedMemory> hits, long seq) => hits.Single(hit => hit.Seq == seq).Explanation!.Coverage!.Value;

    private static Task<IReadOnlyList<RankedMemory>> FindAsync(
        string query, Func<SearchRequest, SearchRequest> change, params (string Text, string Session)[] memories)
    {
        var index = new SearchIndex(Embedder.Dimension);
        for (var i = 0; i < memories.Length; i++)
        {
            index.Put(Entry(i + 1, i + 1, memories[i].Text, $$"""{"session_id":"{{memories[i].Session}}"}"""));
        }

        return SearchAsync(index.Publish(memories.Length), change(Query(query, SearchMode.Hybrid)));
    }
}
