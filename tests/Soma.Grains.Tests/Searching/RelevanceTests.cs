using Soma.Grains.Embeddings.Table;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Ranking;

namespace Soma.Grains.Tests.Searching;

public sealed class RelevanceTests
{
    private const string Key = "The boat key hangs behind the painting";
    private static readonly FastTableEmbedder Table = new(FastTableEmbedder.DefaultFolder());
    private static readonly string[] Others = ["Lemon cake is baked for birthdays here", "We painted the garden fence dark green", "The boat was sold", "A key was lost in the snow"];

    [Theory]
    [InlineData(SearchMode.Hybrid)]
    [InlineData(SearchMode.Vector)]
    [InlineData(SearchMode.Keyword)]
    public async Task The_same_query_and_memory_have_the_same_relevance_alone_and_among_others_in_every_mode(SearchMode mode)
    {
        var alone = await FindAsync("Where is the key of the boat?", [Key], mode: mode);
        var among = await FindAsync("Where is the key of the boat?", [Key, .. Others], mode: SearchMode.Hybrid);
        Assert.Equal(alone.Single().Relevance!.Value, among.Single(hit => hit.Seq == 1).Relevance!.Value, 1e-3);
        Assert.InRange(alone.Single().Relevance!.Value, 0.5, 1);
    }

    [Fact]
    public async Task Nonsense_has_a_low_relevance_though_its_score_is_full()
    {
        var hits = await FindAsync("quantum chromodynamics lattice", [Key]);
        Assert.All(hits, hit => Assert.InRange(hit.Relevance!.Value, 0, 0.3));
        Assert.Empty(await FindAsync("quantum chromodynamics lattice", [Key, .. Others], least: 0.5));
    }

    [Fact]
    public async Task A_good_answer_survives_the_least_relevance_and_the_rest_does_not_fill_the_answer()
    {
        var hits = await FindAsync("What hangs behind the painting?", [.. Others, Key], least: 0.5);
        Assert.Equal(Others.Length + 1, hits.Single().Seq);
    }

    [Fact]
    public async Task An_English_question_is_relevant_to_a_German_answer()
    {
        var hits = await FindAsync("When does the insurance have to be renewed?", ["Unsere Krankenversicherung verlängert sich jedes Jahr im März."]);
        Assert.InRange(hits.Single().Relevance!.Value, 0.3, 1);
        Assert.Equal(0, hits.Single().Explanation!.RelevanceCover);
    }

    [Fact]
    public async Task A_neighbour_in_the_conversation_lends_its_words()
    {
        var apart = await FindAsync("Which violin did Clara buy?", ["The dark one"], "a");
        var beside = await FindAsync("Which violin did Clara buy?", ["Clara looked at a violin to buy", "The dark one"], "a");
        Assert.True(beside.Single(hit => hit.Seq == 2).Relevance > apart.Single().Relevance + 0.2);
    }

    [Fact]
    public async Task With_an_embedder_of_its_own_relevance_rests_on_the_words_and_says_so()
    {
        var hits = await FindAsync("Where is the key of the boat?", [Key], hasOwnEmbedder: true);
        Assert.Null(hits.Single().Explanation!.RelevanceCosine);
        Assert.Equal(Relevance.Of(null, hits.Single().Explanation!.RelevanceCover!.Value, false), hits.Single().Relevance!.Value, 1e-6);
    }

    [Fact]
    public async Task A_vector_without_text_gives_no_relevance()
    {
        var index = new SearchIndex(Table.Dimension);
        index.Put(IndexFixture.Entry(1, 1, Key).WithVector([1, 0]));
        var hits = await IndexFixture.SearchAsync(index.Publish(1), IndexFixture.Query("") with { BroughtVector = [1, 0], TextVector = null });
        Assert.Null(hits.Single().Relevance);
    }

    [Fact]
    public async Task A_language_that_the_table_does_not_know_is_left_to_the_words()
    {
        const string Answer = "ჩემი და ალერგიულია თხილზე";
        var hits = await FindAsync("ალერგიულია თხილზე", [Answer, "სახლი დიდია", "კატა შავია"]);
        Assert.Equal((1, 0d), (hits[0].Seq, hits[0].Explanation!.Trust!.Value));
        var english = await FindAsync("Where is the key of the boat?", [Key]);
        Assert.Equal(1, english[0].Explanation!.Trust!.Value, 1e-3);
    }

    private static Task<IReadOnlyList<RankedMemory>> FindAsync(
        string query, string[] texts, string? session = null, double least = 0, bool hasOwnEmbedder = false, SearchMode mode = SearchMode.Hybrid)
    {
        var indexer = new ContentIndexer(Table);
        var index = new SearchIndex(Table.Dimension);
        for (var i = 0; i < texts.Length; i++)
        {
            var payload = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { text = texts[i], session_id = session });
            index.Put(IndexFixture.Entry(i + 1, i + 1, "").Holding(indexer.Prepare(payload, null, ["session_id"])));
        }

        var vector = new float[Table.Dimension];
        var reading = Table.Embed(query, vector);
        var request = IndexFixture.Query(query, mode) with
        {
            TextVector = vector,
            TableVector = vector,
            HasOwnEmbedder = hasOwnEmbedder,
            Reading = reading,
            Words = QueryWords.Of(query, Table),
            UseContext = true,
        };
        return IndexFixture.SearchAsync(index.Publish(texts.Length), request.Asking(asked => asked with { MinRelevance = least }));
    }
}
