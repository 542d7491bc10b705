using System.Globalization;
using CsCheck;
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

    [Fact]
    public void Any_number_of_terms_is_counted()
    {
        for (var count = 1; count < 20_000; count *= 3)
        {
            var numbers = Enumerable.Range(0, count).Concat(Enumerable.Range(0, count / 2)).Concat(Enumerable.Range(0, count / 3)).ToList();
            var expected = numbers.GroupBy(number => number).Select(same => (same.Key.ToString(CultureInfo.InvariantCulture), same.Count()));

            var (text, further) = TermCounts.Of(string.Join(' ', numbers), "0 new 1 new");

            Assert.Equal(expected, text.Terms);
            Assert.Equal(numbers.Count, text.Length);
            Assert.Equal(count > 1 ? [("new", 2)] : [("new", 2), ("1", 1)], further.Terms);
        }
    }

    [Fact]
    public void A_word_gives_the_same_tokens_with_a_soft_hyphen() => Gen.String[Gen.Char["abcdefIXZ059 .,-_'/:@#+!?$\n"], 0, 40].Sample(
        text => Assert.Equal(ReadTokens(text), ReadTokens(Hyphenate(text))), iter: 20_000);

    private static string Hyphenate(string text) => string.Concat(text.Select((letter, at) =>
        char.IsAsciiLetter(letter) && (at == 0 || !char.IsAsciiLetter(text[at - 1])) ? $"{letter}\u00AD" : $"{letter}"));

    private static List<(string, TokenKind, Script, bool, bool, uint)> ReadTokens(string text)
    {
        var list = TokenList.Read(text);
        var tokens = new List<(string, TokenKind, Script, bool, bool, uint)>();
        foreach (var token in list.Tokens)
        {
            tokens.Add((list.TextOf(token).ToString(), token.Kind, token.Script, token.IsWhole, token.IsName, token.StopWordIn));
        }

        return tokens;
    }
}
