using Soma.Grains.Searching.Text;

namespace Soma.Grains.Tests.Searching;

public sealed class TermCountsTests
{
    [Theory]
    [InlineData("What did Caroline paint? When were they painting the paints?", "what did carolin paint when were they the")]
    [InlineData("the naïve café CAFÉ résumé", "the naiv cafe resum")]
    [InlineData("It's Sam's, don’t you think", "it's sam don't you think")]
    [InlineData("pi is 3.14159; build 7f3a-22 on 2026-11-23", "pi is 3 14159 3.14159 build 7 f a 7f3a 22 7f3a22 on 2026 11 23 2026-11-23 20261123")]
    [InlineData("C++ and C# and F# but not #hashtag", "c++ and c# f# but not hashtag")]
    [InlineData("get_user_id(request)", "get user id getuserid request")]
    [InlineData("日本語です", "日 本 日本 语 本语 デ 语デ ス デス")]
    [InlineData("Привет, как дела? Ёлка", "привет как дел елк")]
    [InlineData("Straße über Ærøskøbing", "\uE001strass \uE001uber \uE001aroskobing")]
    [InlineData("🎉 party", "🎉 parti")]
    [InlineData("the of and ?! ...", "the of and")]
    [InlineData("'quoted' \"words\" here", "quot word here")]
    public void Text_is_read_as_terms(string text, string terms) =>
        Assert.Equal(terms, string.Join(' ', TermCounts.Of(text).Terms.Select(term => term.Term)));

    [Fact]
    public void Repeated_terms_are_counted_and_all_but_stop_words_make_up_the_length()
    {
        var counts = TermCounts.Of("tea, more tea and a cup for the tea");
        Assert.Equal([("tea", 3), ("more", 1), ("and", 1), ("a", 1), ("cup", 1), ("for", 1), ("the", 1)], counts.Terms);
        Assert.Equal(4, counts.Length);
    }

    [Fact]
    public void A_word_of_any_length_is_found_by_its_start()
    {
        var term = Assert.Single(TermCounts.Of(new string('q', 5000)).Terms);
        Assert.Equal(TermReader.LongestTerm, term.Term.Length);
    }
}
