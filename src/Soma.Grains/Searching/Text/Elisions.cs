using System.Collections.Frozen;

namespace Soma.Grains.Searching.Text;

/// <summary>What stands before or behind an apostrophe and is no part of the word: <c>l'imprimante</c>, <c>dell'ufficio</c>, <c>Ida's</c>.</summary>
internal static class Elisions
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Articles = Set(
        "l d j m t s n c qu jusqu lorsqu puisqu quoiqu quelqu presqu "
        + "un all dall dell nell sull coll quell quest sant bell gl");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Endings = Set("s d m t ll re ve");

    /// <summary>Whether it is an article or pronoun that French, Italian or Catalan shortens before a vowel.</summary>
    public static bool IsArticle(ReadOnlySpan<char> before) => Articles.Contains(before);

    /// <summary>Whether it is what English adds to a word.</summary>
    public static bool IsEnding(ReadOnlySpan<char> behind) => Endings.Contains(behind);

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Set(string words) =>
        FrozenSet.ToFrozenSet(words.Split(' '), StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
