using Soma.Grains.Embeddings.Table;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Indexing;
using Soma.Grains.Searching.Ranking;

namespace Soma.Grains.Tests.Searching;

/// <summary>The vectors of the passages of long texts.</summary>
public sealed class TextPassagesTests
{
    private const string Needle = "The bank blocked my card after a fraud attempt.";
    private const string Question = "Why can't I pay with my credit account?";

    private static readonly FastTableEmbedder Table = new(FastTableEmbedder.DefaultFolder());

    // Sentences that have nothing to do with the question nor with each other.
    private static readonly string[] Others =
    [
        "The museum shows paintings of the north sea.", "A good bread needs time and salt.", "Grandmother planted roses along the fence.",
        "The train to the mountains leaves from platform two.", "He reads every evening before he falls asleep.", "Our team lost the match by one goal.",
        "The library bought forty new novels.", "She learns Portuguese with a friend from Porto.", "The dog barks at every bicycle.",
    ];

    [Fact]
    public async Task One_sentence_of_a_long_text_is_found_by_meaning()
    {
        var index = new SearchIndex(Table.Dimension);
        index.CompleteLoading();
        index.Put(Entry(0, Long(30, Needle)));
        for (var i = 1; i < 8; i++)
        {
            index.Put(Entry(i, Others[i]));
        }

        Assert.Equal(IndexFixture.At(0), await FirstAsync(index));

        // A segment that is written anew keeps the passages.
        for (var i = 8; i < 6_000; i++)
        {
            index.Put(Entry(1 + (i % 7), Others[1 + (i % 7)], i));
        }

        Assert.Equal(IndexFixture.At(0), await FirstAsync(index));
    }

    [Fact]
    public void A_short_text_has_the_vector_of_the_whole_only()
    {
        Assert.Null(PassagesOf(new string('a', TextPassages.LongestWhole)));
        Assert.NotNull(PassagesOf(Long(30, Needle)));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(20_000)]
    [InlineData(1_000_000)]
    public void Passages_cover_the_end_of_the_text_and_are_never_more_than_their_limit(int length)
    {
        var text = string.Concat(Enumerable.Repeat("nothing of the kind ", length / 20)) + Needle;
        var passages = PassagesOf(text)!;
        Assert.InRange(passages.Count, 2, TextPassages.MostPassages);
        Assert.True(passages.Bytes <= 25_500, $"{passages.Bytes} bytes");
        var with = passages.LeadFor(Query());
        var without = PassagesOf(text[..^Needle.Length])!.LeadFor(Query());
        Assert.True(with > without, $"{with} {without}");
    }

    [Theory]
    [InlineData("𝄞")]
    [InlineData("日")]
    [InlineData("\n")]
    [InlineData(". ")]
    public void Texts_without_blanks_or_words_are_cut_all_the_same(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 40_000));
        Assert.True((PassagesOf(text)?.Count ?? 0) <= TextPassages.MostPassages);
    }

    [Fact]
    public async Task Passages_are_compared_with_the_first_vector_of_a_query_that_the_sentence_model_embeds()
    {
        var text = Long(30, Needle);
        var index = new SearchIndex(Table.Dimension);
        index.CompleteLoading();
        index.Put(Entry(0, text));
        var byModel = VectorOf(Others[0]);
        var request = IndexFixture.Query(Question, SearchMode.Vector) with { TextVector = byModel, TableVector = VectorOf(Question) };

        var hit = Assert.Single(await IndexFixture.SearchAsync(index.Publish(1), request));

        var whole = UnitVector.Dot(VectorOf(text), byModel);
        Assert.Equal(PassageScan.Raised(whole, PassagesOf(text)!, Query()), hit.Explanation!.Text!.Value, 0.01);
        Assert.True(hit.Explanation.Text > whole + 0.05, $"{hit.Explanation.Text} {whole}");
    }

    private static TextPassages? PassagesOf(string text) => TextPassages.Embed(text, Table, new float[Table.Dimension]).Passages;

    private static QuantisedQuery Query() => new(VectorOf(Question));

    private static float[] VectorOf(string text)
    {
        var vector = new float[Table.Dimension];
        Assert.True(Table.TryEmbed(text, vector));
        return vector;
    }

    private static IndexEntry Entry(int number, string text, long seq = 1) =>
        IndexFixture.Entry(number, seq, "").Holding(new ContentIndexer(Table).Prepare("{}"u8.ToArray(), text, NamespaceSettings.DefaultSequenceFields));

    private static async Task<Coordinate> FirstAsync(SearchIndex index)
    {
        var request = IndexFixture.Query(Question, SearchMode.Vector) with { TextVector = VectorOf(Question) };
        return (await IndexFixture.SearchAsync(index.Publish(1), request))[0].Coordinate;
    }

    private static string Long(int sentences, string needle) =>
        string.Join(' ', Enumerable.Range(0, sentences).Select(i => i == sentences / 2 ? needle : Others[(i * 5) % Others.Length]));
}
