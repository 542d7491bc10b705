using CsCheck;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching.Ranking;

namespace Soma.Grains.Tests.Searching;

/// <summary>Phrases against an evaluator that knows by heart what the index makes of each of a few words.</summary>
public sealed class PhrasePropertyTests
{
    // As it is written, and as it is indexed; null: it is a stop word.
    private static readonly (string Written, string? Term)[] Vocabulary =
    [
        ("kettle", "kettl"), ("Kettles,", "kettl"), ("tea", "tea"), ("café", "cafe"), ("CAFE", "cafe"),
        ("the", null), ("in", null), ("日", "日"), ("本", "本"), ("日", "日"),
    ];

    // A word, and whether it follows the last one without a blank: of consequence in scripts that write none.
    private static readonly Gen<(int Word, bool IsGlued)> Piece = Gen.Select(Gen.Int[0, Vocabulary.Length - 1], Gen.Bool);

    private static readonly Gen<(int Number, (int, bool)[]? Pieces, bool IsExplicit, int Kind)> Change = Gen.Select(
        Gen.Int[0, 30], Gen.OneOf(Gen.Const(((int, bool)[]?)null), Piece.Array[1, 10].Select(pieces => ((int, bool)[]?)pieces)), Gen.Bool, Gen.Int[0, 1]);

    private static readonly Gen<((int, bool)[] Pieces, bool IsTypographic)[]> Phrases =
        Gen.Select(Piece.Array[1, 4], Gen.Bool).Array[1, 2];

    [Fact]
    public Task A_keyword_search_finds_what_holds_every_phrase_and_a_hybrid_one_prefers_what_holds_some() =>
        Gen.Select(Change.Array[1, 80], Phrases, Gen.Int[0, 2]).SampleAsync(
            async (changes, quoted, kind) =>
            {
                var (stored, living) = Apply(changes);
                var query = "tea " + string.Join(" and ", quoted.Select(phrase => Quote(phrase.Pieces, phrase.IsTypographic)));
                var phrases = quoted.Select(phrase => Read(phrase.Pieces)).Where(words => words.Count > 0).DistinctBy(Name).ToArray();
                var filter = kind == 2 ? "{}" : $$"""{"kind":{{kind}}}""";
                var request = IndexFixture.Query(query, SearchMode.Keyword) with { Filter = SearcherTests.Filter(filter) };
                var allowed = living.Where(memory => kind == 2 || memory.Value.Kind == kind).ToDictionary(memory => memory.Key, memory => memory.Value.Words);

                var expected = allowed.Where(memory => phrases.All(phrase => Holds(memory.Value, phrase))
                    && (phrases.Length > 0 || memory.Value.Any(word => word.Term == "tea")));
                Assert.Equal(expected.Select(memory => memory.Key).Order(), await stored.FindAsync(request));

                foreach (var hit in (await stored.SearchAsync(request.Asking(asked => asked with { Mode = SearchMode.Hybrid }))).Hits)
                {
                    var words = allowed[(int)hit.Coordinate.ToNumbers()[0]];
                    var gain = phrases.Length == 0 ? (double?)null : PhraseMatches.Gain * phrases.Count(phrase => Holds(words, phrase)) / phrases.Length;
                    Assert.Equal(gain is null, hit.Explanation!.Phrase is null);
                    Assert.Equal(gain ?? 0, hit.Explanation.Phrase ?? 0, 1e-6);
                }
            },
            iter: 1000);

    private static (StoredContents Stored, Dictionary<int, (List<(string Term, bool IsJoined)> Words, int Kind)> Living) Apply(
        (int Number, (int, bool)[]? Pieces, bool IsExplicit, int Kind)[] changes)
    {
        var stored = new StoredContents();
        var living = new Dictionary<int, (List<(string, bool)> Words, int Kind)>();
        foreach (var (number, pieces, isExplicit, kind) in changes)
        {
            living.Remove(number);
            if (pieces is null)
            {
                stored.Remove(number);
                continue;
            }

            // Stop words tell the language. Without any, a text that says café often enough is taken for French, where "the" is a word.
            var text = "of the " + Write(pieces);
            stored.Put(
                number,
                isExplicit ? text : null,
                isExplicit ? $$"""{"kind":{{kind}},"text":"milk"}""" : $$"""{"kind":{{kind}},"text":"{{text}}"}""");
            living[number] = (Read(pieces), kind);
        }

        return (stored, living);
    }

    private static string Quote((int, bool)[] pieces, bool isTypographic) =>
        isTypographic ? $"\u201C{Write(pieces)}\u201D" : $"\"{Write(pieces)}\"";

    private static string Write((int Word, bool IsGlued)[] pieces) => string.Concat(
        pieces.Select((piece, i) => (i > 0 && !IsJoined(pieces, i) ? " " : "") + Vocabulary[piece.Word].Written));

    private static List<(string Term, bool IsJoined)> Read((int Word, bool IsGlued)[] pieces) =>
        [.. pieces.Select((piece, i) => (Vocabulary[piece.Word].Term, IsJoined(pieces, i)))
            .Where(word => word.Term is not null).Select(word => (word.Term!, word.Item2))];

    private static bool IsJoined((int Word, bool IsGlued)[] pieces, int i) =>
        i > 0 && pieces[i].IsGlued && IsUnspaced(pieces[i].Word) && IsUnspaced(pieces[i - 1].Word);

    private static bool IsUnspaced(int word) => Vocabulary[word].Written is "日" or "本";

    private static bool Holds(List<(string Term, bool IsJoined)> text, List<(string Term, bool IsJoined)> phrase) =>
        Enumerable.Range(0, text.Count).Any(start => phrase.Index().All(word =>
            start + word.Index < text.Count
            && text[start + word.Index].Term == word.Item.Term
            && (text[start + word.Index].IsJoined || !word.Item.IsJoined)));

    private static string Name(List<(string Term, bool IsJoined)> phrase) => string.Join('|', phrase);
}
