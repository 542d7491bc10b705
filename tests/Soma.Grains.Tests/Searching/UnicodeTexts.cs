using System.Text;
using CsCheck;

namespace Soma.Grains.Tests.Searching;

/// <summary>Texts of all of Unicode, as JSON lets them in: combining marks on nothing, emoji sequences and lone surrogates among them.</summary>
internal static class UnicodeTexts
{
    private static readonly string[] Odd =
    [
        "\u203C\uFE0F", "#\uFE0F\u20E31", "\u2049\uFE0F", "\u0301", "e\u0301", "\u0345", "\u200D", "\u200B", "\uFEFF", "\u00AD", "\uFFFD", "\uFFFE", "\0",
        "👩\u200D👩\u200D👧", "🏳\uFE0F\u200D🌈", "👍🏽", "🇩🇪", "\uD83D", "\uDE00", "\uDE00\uD83D", "각", "\u1100\u1161\u11A8", "ก็", "กำ", "က္က", "លើ", "ゔ", "が",
        "\u0130", "\u212A", "\u1E9E", "ŉ", "ﬁ", "Ǆ", "क्षि", "ක්‍ර", "لا", "שָׁלוֹם", "𝒳", "𐐀", "𠀀", "\u2028", "\t", " ", "'", "\u2019", ".", "-", "@", "#", "++", "c#", "C++",
        "a'", "'s", "'s'", "l'été", "generally", "communism", "sses", "ied", "ingly", "y", "Yy", "3.14", "1.", ".5", "2026-05-01", "2026-05-01T10:00:00+05:00", ": ",
    ];

    private static readonly Gen<string> Anything = Gen.Int[0, 0x10FFFF].Select(point => point is >= 0xD800 and <= 0xDFFF ? ((char)point).ToString() : char.ConvertFromUtf32(point));

    private static readonly Gen<string> Common = Gen.Int[1, 0x33FF].Select(point => ((char)point).ToString());

    private static readonly Gen<string> Mark = Gen.Int[0x300, 0x36F].Select(point => ((char)point).ToString());

    private static readonly Gen<string> Letters = Gen.Char["abeginstly'"].Array[1, 70].Select(letters => new string(letters));

    private static readonly Gen<string> Piece = Gen.Frequency((4, Gen.Int[0, Odd.Length - 1].Select(i => Odd[i])), (2, Common), (1, Anything), (1, Mark), (1, Letters));

    public static Gen<string> Text { get; } = Piece.Array[0, 12].Select(pieces => string.Concat(pieces));

    /// <summary>The text as a JSON string, each character escaped, so that lone surrogates arrive as they are.</summary>
    public static string Escape(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var c in text)
        {
            json.Append($"\\u{(int)c:x4}");
        }

        return json.Append('"').ToString();
    }
}
