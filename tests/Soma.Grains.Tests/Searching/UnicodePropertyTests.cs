using System.Text;
using CsCheck;
using Soma.Grains.Embeddings.Table;
using Soma.Grains.Embeddings.Unicode;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Tests.Searching;

/// <summary>Whatever text arrives is read: a text that some part of the reading throws at costs its whole batch a 500.</summary>
public sealed class UnicodePropertyTests
{
    private static readonly FastTableEmbedder Embedder = new(FastTableEmbedder.DefaultFolder());

    [Theory]
    [InlineData("Watch out\u203C\uFE0F", "watch out")]
    [InlineData("#\uFE0F\u20E31", "1")]
    [InlineData("\u2049\uFE0F", "")]
    [InlineData("\u0301", "")]
    [InlineData("tea \u0301 milk", "tea milk")]
    public void A_combining_mark_that_stands_on_no_letter_is_no_term(string text, string terms) =>
        Assert.Equal(terms, string.Join(' ', TermCounts.Of(text).Terms.Select(term => term.Term)));

    [Fact]
    public void Any_text_has_the_same_terms_whole_and_in_quotes() => UnicodeTexts.Text.Sample(
        text =>
        {
            var terms = ReadTerms(text);
            Assert.Equal(terms, ReadTerms($"\"{text}\""));
            Assert.Equal(terms.Distinct(), TermCounts.Of(text).Terms.Select(term => term.Term));
            Assert.All(terms, term => Assert.InRange(term.Length, 1, TermReader.BufferLength));
            if (!text.AsSpan().ContainsAny("\"\u201C\u201D"))
            {
                var phrase = Phrase.Of(text)?.In(Language.English).Terms ?? [];
                Assert.Equal(phrase, QueryPhrases.Read($"\"{text}\"").SelectMany(phrase => phrase.In(Language.English).Terms));
                Assert.Equal(phrase, QueryPhrases.Read($"\u201C{text}\u201D").SelectMany(phrase => phrase.In(Language.English).Terms));
            }
        },
        iter: 20_000);

    [Fact]
    public void Any_text_holds_itself_as_a_phrase() => UnicodeTexts.Text.Sample(
        text =>
        {
            if (Phrase.Of(text) is { } phrase)
            {
                Assert.Equal(1, new PhraseMatcher([phrase]).CountIn(new ComposedText(text, ""), skipsProven: false));
            }
        },
        iter: 10_000);

    [Fact]
    public void Any_character_without_accents_has_room() => UnicodeTexts.Text.Sample(
        text =>
        {
            Span<char> folded = stackalloc char[CanonicalForm.LongestWithoutAccents];
            foreach (var rune in text.EnumerateRunes())
            {
                Assert.InRange(CanonicalForm.WithoutAccents(rune, folded), 0, folded.Length);
            }
        },
        iter: 10_000);

    [Fact]
    public void Any_text_has_a_vector_or_none() => UnicodeTexts.Text.Sample(
        text =>
        {
            var vector = new float[Embedder.Dimension];
            Assert.All(Embedder.TryEmbed(text, vector) ? vector : [], number => Assert.True(float.IsFinite(number)));
        },
        iter: 10_000);

    [Fact]
    public void Any_payload_is_indexed() => Gen.Select(UnicodeTexts.Text, UnicodeTexts.Text, UnicodeTexts.Text).Sample(
        (main, speaker, when) =>
        {
            var payload = $$"""{"text":{{UnicodeTexts.Escape(main)}},"speaker":{{UnicodeTexts.Escape(speaker)}},"date":{{UnicodeTexts.Escape(when)}},{{UnicodeTexts.Escape(when)}}:1}""";
            var composed = IndexedText.Compose(Encoding.UTF8.GetBytes(payload), null);
            Assert.NotNull(TermCounts.Of(composed.Text));
            Assert.NotNull(TermCounts.Of(composed.Speaker));
            Assert.NotNull(DateWords.Of(when));
        },
        iter: 10_000);

    private static List<string> ReadTerms(ReadOnlySpan<char> text)
    {
        var terms = new List<string>();
        var reader = new TermReader(text, stackalloc char[TermReader.BufferLength]);
        while (reader.MoveNext())
        {
            terms.Add(reader.Current.ToString());
        }

        return terms;
    }
}
