using Soma.Grains.Interfaces;
using Soma.Grains.Searching.Ranking;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Tests.Searching;

public sealed class PhraseTests
{
    private readonly StoredContents _stored = new();

    [Theory]
    [InlineData("\"the kettle in the cupboard\"", "The old kettle stood in a cupboard.", false)]
    [InlineData("\"the kettle in the cupboard\"", "Kettles, cupboards", true)]
    [InlineData("“kettle cupboard”", "a kettle, his cupboard", true)]
    [InlineData("\"cupboard kettle\"", "kettle cupboard", false)]
    [InlineData("\"tea tea\"", "tea and milk and tea", false)]
    [InlineData("\"tea tea\"", "more tea, tea", true)]
    [InlineData("\"café au lait\"", "CAFE AU LAIT", true)]
    [InlineData("\"cafe\u0301 olé\"", "café ole", true)]
    [InlineData("\"日本語\"", "これは日本語です", true)]
    [InlineData("\"日本語\"", "本語と日本", false)]
    [InlineData("\"日本\"", "日、本", false)]
    [InlineData("\"日 本\"", "日本", true)]
    [InlineData("\"日\"", "日本", true)]
    [InlineData("\"in C# 3.14\"", "C#, then 3.14", true)]
    [InlineData("\"kettle\"", "the kettles", true)]
    [InlineData("\"kettle\" milk", "milk", false)]
    [InlineData("\"blue kettle\" \"green tea\"", "green tea of a blue kettle", true)]
    [InlineData("\"blue kettle\" \"green tea\"", "blue kettle", false)]
    [InlineData("milk \"green tea\" boat", "green tea", true)]
    public async Task A_keyword_search_needs_the_phrase(string query, string text, bool isFound)
    {
        _stored.Put(1, text);

        Assert.Equal(isFound ? [1] : [], await _stored.FindAsync(query));
    }

    [Theory]
    [InlineData("tea \"milk", "milk")]
    [InlineData("“tea milk", "milk")]
    [InlineData("tea milk”", "milk")]
    [InlineData("“tea milk\"", "milk")]
    [InlineData("tea \"\" milk", "milk")]
    [InlineData("tea \"the of\" milk", "milk")]
    [InlineData("tea \" ?! \" milk", "milk")]
    public async Task A_quote_without_partner_or_words_is_plain_text(string query, string text)
    {
        _stored.Put(1, text);

        Assert.Equal([1], await _stored.FindAsync(query));
        Assert.Equal(0, _stored.Reads);
    }

    [Fact]
    public void Quotes_pair_from_left_to_right_each_kind_with_its_own()
    {
        Assert.Equal(["ab", "cd"], Read("\"ab\" x \"cd\" \"ef"));
        Assert.Equal(["ab cd"], Read("“ab \" cd” \" ef"));
        Assert.Equal(["cd"], Read("“ab \"cd\""));
        Assert.Equal(["ab"], Read("\"ab\" “ab” \"Ab\""));
        Assert.Equal(QueryPhrases.Most, Read(string.Concat(Enumerable.Range(0, 100).Select(i => $"\"{i}\""))).Length);
        Assert.Empty(Read(new string('\u201C', 1 << 20)));
    }

    [Fact]
    public async Task Only_texts_with_all_words_that_pass_the_filter_are_read()
    {
        _stored.Put(1, "green tea", """{"kind":1}""");
        _stored.Put(2, "green tea", """{"kind":2}""");
        _stored.Put(3, "tea, green", """{"kind":1}""");
        _stored.Put(4, "green milk", """{"kind":1}""");
        var query = IndexFixture.Query("\"green tea\"", SearchMode.Keyword) with { Filter = SearcherTests.Filter("""{"kind":1}""") };

        Assert.Equal([1], await _stored.FindAsync(query));
        Assert.Equal(2, _stored.Reads);
    }

    [Fact]
    public async Task Phrases_of_one_word_and_queries_without_any_read_nothing()
    {
        _stored.Put(1, "green tea");
        _stored.Put(2, "日本");

        Assert.Equal([1], await _stored.FindAsync("green \"tea\""));
        Assert.Equal([2], await _stored.FindAsync("\"日本\""));
        Assert.Equal([1], await _stored.FindAsync("green tea"));
        Assert.Equal(0, _stored.Reads);
    }

    [Fact]
    public async Task A_given_text_counts_and_not_the_payloads()
    {
        _stored.Put(1, "green tea", """{"text":"black coffee"}""");
        _stored.Put(2, null, """{"text":"black coffee","speaker":"ann"}""");

        Assert.Equal([1], await _stored.FindAsync("\"green tea\""));
        Assert.Equal([2], await _stored.FindAsync("\"black coffee\""));
        Assert.Equal([2], await _stored.FindAsync("\"ann black\""));
    }

    [Fact]
    public async Task Overwritten_deleted_and_purged_memories_hold_nothing()
    {
        _stored.Put(1, "green tea");
        _stored.Put(2, "green tea");
        _stored.Put(3, "green tea");
        _stored.Put(1, "tea, green");
        _stored.Remove(2);
        Assert.Equal([3], await _stored.FindAsync("\"green tea\""));

        _stored.Purge();
        Assert.Empty(await _stored.FindAsync("\"green tea\""));
    }

    [Fact]
    public async Task A_hybrid_search_prefers_the_phrase_and_finds_the_rest_too()
    {
        _stored.Put(1, "tea green");
        _stored.Put(2, "of all the things on the table she liked green tea best");
        _stored.Put(3, "milk");
        var plain = await _stored.SearchAsync(IndexFixture.Query("green tea"));
        Assert.All(plain.Hits, hit => Assert.Null(hit.Explanation!.Phrase));

        var hits = (await _stored.SearchAsync(IndexFixture.Query("\"green tea\" \"milk\""))).Hits.ToDictionary(hit => hit.Seq);
        Assert.Equal([0, PhraseMatches.Gain / 2, PhraseMatches.Gain / 2], hits.OrderBy(hit => hit.Key).Select(hit => hit.Value.Explanation!.Phrase!.Value));
        Assert.All(hits.Values, hit => Assert.InRange(hit.Score, 0, 1));
    }

    [Fact]
    public async Task A_vector_search_ignores_quotes()
    {
        _stored.Put(1, "tea green");
        _stored.Put(2, "green tea");

        var hits = (await _stored.SearchAsync(IndexFixture.Query("\"green tea\"", SearchMode.Vector))).Hits;
        Assert.Equal(hits[0].Score, hits[1].Score);
        Assert.All(hits, hit => Assert.Null(hit.Explanation!.Phrase));
        Assert.Equal(0, _stored.Reads);
    }

    [Fact]
    public async Task Of_more_than_may_be_read_the_best_by_words_are_and_the_answer_says_so()
    {
        _stored.Put(0, $"green tea {string.Join(' ', Enumerable.Repeat("milk", 50))}");
        for (var i = 1; i < PhraseFinder.MostRead; i++)
        {
            _stored.Put(i, i == 500 ? "green tea" : "tea green");
        }

        var keyword = IndexFixture.Query("\"green tea\"", SearchMode.Keyword);
        Assert.Equal([0, 500], await _stored.FindAsync(keyword));
        Assert.False((await _stored.SearchAsync(keyword)).LacksPhrases);

        _stored.Put(PhraseFinder.MostRead, "tea green");
        var before = _stored.Reads;
        Assert.Equal([500], await _stored.FindAsync(keyword));
        Assert.Equal(PhraseFinder.MostRead, _stored.Reads - before);
        Assert.True((await _stored.SearchAsync(keyword)).LacksPhrases);

        // A hybrid search lacks nothing, and one that forbids approximations reads them all.
        Assert.False((await _stored.SearchAsync(keyword.Asking(asked => asked with { Mode = SearchMode.Hybrid }))).LacksPhrases);
        Assert.False((await _stored.SearchAsync(keyword.Asking(asked => asked with { Exact = true }))).LacksPhrases);
        Assert.Equal([0, 500], await _stored.FindAsync(keyword.Asking(asked => asked with { Exact = true })));
    }

    private static string[] Read(string query) =>
        [.. QueryPhrases.Read(query).Select(phrase => string.Join(' ', phrase.In(Language.English).Terms))];
}
