using System.Buffers;
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
internal sealed class EnglishSuffixes
{
    public static readonly EnglishSuffixes Step0 = Cut("'s'", "'s", "'");

    public static readonly EnglishSuffixes Step2 = new(
    [
        ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("abli", "able"), ("entli", "ent"), ("izer", "ize"),
        ("ization", "ize"), ("ational", "ate"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("aliti", "al"),
        ("alli", "al"), ("fulness", "ful"), ("ousli", "ous"), ("ousness", "ous"), ("iveness", "ive"), ("iviti", "ive"),
        ("biliti", "ble"), ("bli", "ble"), ("fulli", "ful"), ("lessli", "less"),
    ]);

    public static readonly EnglishSuffixes Step3 = new(
    [
        ("tional", "tion"), ("ational", "ate"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ical", "ic"),
        ("ful", ""), ("ness", ""), ("ative", ""),
    ]);

    public static readonly EnglishSuffixes Step4 = Cut(
        "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "al", "er", "ic");

    private readonly (string Suffix, string Replacement)[] _rules;
    private readonly SearchValues<char> _lastLetters;

    private EnglishSuffixes((string Suffix, string Replacement)[] rules)
    {
        _rules = [.. rules.OrderByDescending(rule => rule.Suffix.Length)];
        _lastLetters = SearchValues.Create([.. rules.Select(rule => rule.Suffix[^1])]);
    }

    /// <summary>The longest suffix that the word ends with, and what stands for it; false: it ends with none.</summary>
    public bool TryFind(ReadOnlySpan<char> word, out (string Suffix, string Replacement) rule)
    {
        // Most words end in a letter that none of the suffixes ends in.
        if (word.Length > 0 && _lastLetters.Contains(word[^1]))
        {
            foreach (var candidate in _rules)
            {
                if (word.EndsWith(candidate.Suffix, StringComparison.Ordinal))
                {
                    rule = candidate;
                    return true;
                }
            }
        }

        rule = default;
        return false;
    }

    private static EnglishSuffixes Cut(params string[] suffixes) => new([.. suffixes.Select(suffix => (suffix, ""))]);
}
