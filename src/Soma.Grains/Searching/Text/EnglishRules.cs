using System.Collections.Frozen;

namespace Soma.Grains.Searching.Text;

/// <summary>Words with stems of their own, because the steps of Porter2 would cut too much or too little from them.</summary>
internal static class EnglishExceptions
{
    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Whole =
        new[]
        {
            ("skis", "ski"), ("skies", "sky"), ("dying", "die"), ("lying", "lie"), ("tying", "tie"), ("idly", "idl"), ("gently", "gentl"),
            ("ugly", "ugli"), ("early", "earli"), ("only", "onli"), ("singly", "singl"), ("sky", "sky"), ("news", "news"), ("howe", "howe"),
            ("atlas", "atlas"), ("cosmos", "cosmos"), ("bias", "bias"), ("andes", "andes"),
        }.ToFrozenDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Finished = FrozenSet.ToFrozenSet(
        ["inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"],
        StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool TryReplaceWhole(Span<char> word, ref int length)
    {
        if (!Whole.TryGetValue(word[..length], out var stem))
        {
            return false;
        }

        stem.CopyTo(word);
        length = stem.Length;
        return true;
    }

    /// <summary>Whether a word stays as it is after its plural ending is cut off.</summary>
    public static bool StopsAfterPlural(ReadOnlySpan<char> word) => Finished.Contains(word);
}

/// <summary>The suffix lists of Porter2's steps 0 and 2 to 4, the longest suffix first, because only the longest that fits counts.</summary>
internal static class EnglishSuffixes
{
    public static readonly (string Suffix, string Replacement)[] Step0 = Cut("'s'", "'s", "'");

    public static readonly (string Suffix, string Replacement)[] Step2 = LongestFirst(
    [
        ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("abli", "able"), ("entli", "ent"), ("izer", "ize"),
        ("ization", "ize"), ("ational", "ate"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("aliti", "al"),
        ("alli", "al"), ("fulness", "ful"), ("ousli", "ous"), ("ousness", "ous"), ("iveness", "ive"), ("iviti", "ive"),
        ("biliti", "ble"), ("bli", "ble"), ("fulli", "ful"), ("lessli", "less"),
    ]);

    public static readonly (string Suffix, string Replacement)[] Step3 = LongestFirst(
    [
        ("tional", "tion"), ("ational", "ate"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ical", "ic"),
        ("ful", ""), ("ness", ""), ("ative", ""),
    ]);

    public static readonly (string Suffix, string Replacement)[] Step4 = Cut(
        "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "al", "er", "ic");

    private static (string Suffix, string Replacement)[] Cut(params string[] suffixes) => [.. suffixes.Select(suffix => (suffix, ""))];

    private static (string Suffix, string Replacement)[] LongestFirst((string Suffix, string Replacement)[] rules) =>
        [.. rules.OrderByDescending(rule => rule.Suffix.Length)];
}
