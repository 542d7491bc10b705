using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using static Soma.Grains.Tests.Searching.IndexFixture;

namespace Soma.Grains.Tests.Searching;

/// <summary>The second ranking of an accurate search, by words of the first hits.</summary>
public sealed class FirstHitsTests
{
    private static readonly string[] House =
        ["boiler broke yesterday plumber replaced valve", "boiler pressure valve plumber", "plumber brought another valve", "roses along garden fence"];

    private static readonly string[] Teas =
        ["tea", "tea lemon honey kettle", "tea garden walk home late", "tea sugar milk spoon bread", "tea honey lemon bread jam kettle", "coffee"];

    [Fact]
    public async Task A_memory_without_a_word_of_the_query_is_found_by_the_words_that_it_shares_with_the_hits()
    {
        Assert.Equal([1L, 2], (await FindAsync(House, ByWords("boiler"))).Select(hit => hit.Seq).Order());

        var hits = await FindAsync(House, Accurately("boiler"));

        Assert.Equal([1L, 2, 3], hits.Select(hit => hit.Seq).Order());
        Assert.Equal(3, hits[^1].Seq);
    }

    [Fact]
    public async Task The_first_three_keep_their_places_and_the_others_are_ranked_anew()
    {
        var plain = await FindAsync(Teas, ByWords("tea"));
        Assert.Equal([1L, 2, 3, 4, 5], plain.Select(hit => hit.Seq));

        var hits = await FindAsync(Teas, Accurately("tea"));

        Assert.Equal([1L, 2, 3, 5, 4], hits.Select(hit => hit.Seq));
        Assert.All(hits.Zip(hits.Skip(1)), pair => Assert.True(pair.First.Score > pair.Second.Score));
        Assert.All(hits, hit => Assert.InRange(hit.Score, 0, 1));
    }

    [Theory]
    [InlineData(SearchMode.Keyword)]
    [InlineData(SearchMode.Vector)]
    public async Task Searches_by_words_or_vectors_alone_take_no_words_from_hits(SearchMode mode)
    {
        var request = Query("tea", mode);
        Assert.Equal(ScoresOf(await FindAsync(Teas, request)), ScoresOf(await FindAsync(Teas, request.Asking(Accurate))));
    }

    [Fact]
    public async Task A_query_that_is_not_English_takes_no_words_from_hits()
    {
        var request = Query("tea") with { Reading = TextReading.None with { IsEnglish = false } };
        Assert.Equal(ScoresOf(await FindAsync(Teas, request)), ScoresOf(await FindAsync(Teas, request.Asking(Accurate))));
    }

    [Fact]
    public async Task A_query_without_a_known_word_takes_no_words_from_hits()
    {
        var request = Query("teal");
        Assert.Equal(ScoresOf(await FindAsync(Teas, request)), ScoresOf(await FindAsync(Teas, request.Asking(Accurate))));
    }

    [Fact]
    public async Task A_memory_that_the_filter_excludes_gives_no_words()
    {
        var request = Accurately("boiler") with { Filter = RowFilter.Read("""{"importance":1}"""u8.ToArray()) };
        var index = Fill(House, number => number <= 2 ? 5 : 1);
        Assert.Empty(await SearchAsync(index.Current, request));

        // Without the filter the same memory is found.
        Assert.Contains(await SearchAsync(index.Current, Accurately("boiler")), hit => hit.Seq == 3);
    }

    [Fact]
    public async Task Newness_does_not_lift_a_memory_that_has_words_of_the_hits_only()
    {
        var plain = (await FindAsync(House, Accurately("boiler"))).Single(hit => hit.Seq == 3);
        var request = Accurately("boiler").Asking(asked => asked with { RecencyWeight = 10 });
        var newest = (await FindAsync(House, request)).Single(hit => hit.Seq == 3);
        Assert.InRange(newest.Score, 0.01, plain.Score);
    }

    [Fact]
    public async Task Of_words_that_say_the_same_the_first_by_their_letters_are_taken()
    {
        const string Letters = "vtrpnmlkjhgfdcb";
        string[] texts = ["boiler " + string.Join(' ', Letters.Select(letter => $"{letter}ork")), .. Letters.Reverse().Select(letter => $"{letter}ork {letter}isk")];

        var hits = await FindAsync(texts, Accurately("boiler"));

        // Itself and nine others, because the tenth word is the query's own.
        Assert.Equal(Enumerable.Range(1, 10), hits.Select(hit => (int)hit.Seq).Order());
    }

    [Fact]
    public async Task Words_are_taken_from_hits_in_several_segments()
    {
        var fillers = Enumerable.Range(0, 5_000).Select(i => $"filler{i}x nothing").ToArray();
        string[] texts = ["boiler plumber valve", .. fillers, "boiler chimney valve", "plumber visit", "chimney sweep"];

        var hits = await FindAsync(texts, Accurately("boiler"));

        Assert.Equal([1L, 5_002, 5_003, 5_004], hits.Select(hit => hit.Seq).Order());
    }

    private static IEnumerable<(long Seq, double Score)> ScoresOf(IReadOnlyList<RankedMemory> hits) => hits.Select(hit => (hit.Seq, hit.Score));

    // Without vectors the words alone decide.
    private static SearchRequest ByWords(string query) => Query(query) with { TextVector = null };

    private static SearchRequest Accurately(string query) => ByWords(query).Asking(Accurate);

    private static SearchMemories Accurate(SearchMemories asked) => asked with { Accurate = true };

    private static Task<IReadOnlyList<RankedMemory>> FindAsync(string[] texts, SearchRequest request) => SearchAsync(Fill(texts, _ => 1).Current, request);

    private static SearchIndex Fill(string[] texts, Func<int, double> importanceOf)
    {
        var index = new SearchIndex(Embedder.Dimension);
        index.CompleteLoading();
        for (var number = 1; number <= texts.Length; number++)
        {
            index.Put(Entry(number, number, texts[number - 1], importance: importanceOf(number)));
        }

        index.Publish(texts.Length);
        return index;
    }
}
