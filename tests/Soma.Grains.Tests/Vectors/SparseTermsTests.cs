using Soma.Grains.Engine.Tier;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Tests.Vectors;

public sealed class SparseTermsTests
{
    [Fact]
    public void A_query_and_a_memory_meet_in_the_terms_they_share()
    {
        var memory = SparseTerms.OfMemory(TermCounts.Of("green tea and more green tea"));
        var query = SparseTerms.OfQuery(TermCounts.OfQuery("tea milk"));

        Assert.NotNull(memory);
        Assert.NotNull(query);
        Assert.Single(memory.Indices.Intersect(query.Indices));
        Assert.All(memory.Indices.Zip(memory.Indices.Skip(1)), pair => Assert.True(pair.First < pair.Second));
    }

    [Fact]
    public void More_of_a_term_weighs_more_and_a_longer_text_less()
    {
        float WeightIn(string text) => SparseTerms.OfMemory(TermCounts.Of(text))!.Values.Max();

        Assert.True(WeightIn("tea tea") > WeightIn("tea milk"));
        Assert.True(WeightIn("tea") > WeightIn("tea milk sugar lemon"));
    }

    [Fact]
    public void Without_terms_there_is_no_vector() => Assert.Null(SparseTerms.OfMemory(TermCounts.Empty));
}
