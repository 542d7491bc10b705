using Soma.Grains.Searching.Text;

namespace Soma.Grains.Tests.Searching;

public sealed class StemCacheTests
{
    private static readonly Language English = Language.All[0];
    private static readonly Language German = Language.All.Single(language => language.Name == "de");

    private readonly StemCache _cache = new();
    private readonly char[] _stem = new char[Stems.BufferLength];

    [Fact]
    public void A_word_is_kept_with_its_stem()
    {
        Assert.Equal("", Find("running", English));
        _cache.Keep("running", English, "run");
        Assert.Equal("run", Find("running", English));
        Assert.Equal("", Find("runnings", English));
    }

    [Fact]
    public void A_word_of_another_language_is_another_word()
    {
        _cache.Keep("listen", English, "listen");
        Assert.Equal("", Find("listen", German));
        _cache.Keep("listen", German, "list");
        Assert.Equal("list", Find("listen", German));
    }

    [Fact]
    public void Of_more_words_than_there_is_room_for_each_has_its_own_stem_or_none()
    {
        const int Words = 20_000;
        for (var i = 0; i < Words; i++)
        {
            _cache.Keep($"word{i}", English, $"w{i}");
        }

        var kept = 0;
        for (var i = 0; i < Words; i++)
        {
            var found = Find($"word{i}", English);
            kept += found.Length > 0 ? 1 : 0;
            Assert.True(found.Length == 0 || found == $"w{i}", $"word{i} has the stem {found}.");
        }

        Assert.InRange(kept, 500, Words / 2);
    }

    [Theory]
    [InlineData("agac", "")]
    [InlineData("ilac", "ilac")]
    public void A_stem_is_folded_whether_or_not_it_is_known_how_its_word_is_written(string word, string source)
    {
        // Turkish has ç at the end of a stem where the word has c.
        var turkish = Language.All.Single(language => language.Name == "tr");
        Assert.Equal(turkish.Mark + word, _stem.AsSpan(0, Stems.Write(word, source, turkish, false, _stem)).ToString());
    }

    [Fact]
    public void A_word_longer_than_its_place_is_not_kept()
    {
        var word = new string('a', TokenList.LongestToken);
        _cache.Keep(word, English, "a");
        Assert.Equal("", Find(word, English));
        _cache.Keep("a", English, word);
        Assert.Equal("", Find("a", English));
    }

    [Theory]
    [InlineData("The children were running")]
    [InlineData("Die Häuser der Königin sind für die Brüder")]
    [InlineData("Los niños comían manzanas en la cocina")]
    public void A_text_has_the_same_terms_when_it_is_read_again(string text)
    {
        // The first time on a thread whose cache is empty.
        IReadOnlyList<(string, int)> first = [];
        var thread = new Thread(() => first = TermCounts.Of(text).Terms);
        thread.Start();
        thread.Join();
        Assert.NotEmpty(first);
        Assert.Equal(first, TermCounts.Of(text).Terms);
        Assert.Equal(first, TermCounts.Of(text).Terms);
    }

    private string Find(string word, Language language) => new(_stem, 0, _cache.TryWrite(word, language, _stem));
}
