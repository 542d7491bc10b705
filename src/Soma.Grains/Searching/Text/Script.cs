namespace Soma.Grains.Searching.Text;

/// <summary>The scripts whose words are taken to stems. Words of any other script are kept as they are.</summary>
internal enum Script : byte
{
    Other,
    Latin,
    Cyrillic,
    Greek,
    Armenian,
    Hebrew,
    Arabic,
    Devanagari,
    Hangul,
}

/// <summary>What a character is to the analysis of text.</summary>
internal enum CharacterKind : byte
{
    /// <summary>Stands between words.</summary>
    Separator,

    /// <summary>A letter, digit or mark: part of a word.</summary>
    Word,

    /// <summary>A character of a script without blanks between words.</summary>
    Unspaced,

    /// <summary>Emoji, currency and other signs: stands between words, and is a term of its own.</summary>
    Symbol,

    /// <summary>Invisible: soft hyphen, zero-width blank, variation selector. Read as if it were not there.</summary>
    Format,
}

/// <summary>Tells kinds and scripts of characters.</summary>
internal static class Characters
{
    public static CharacterKind KindOf(Rune rune)
    {
        if (rune.IsAscii)
        {
            return char.IsAsciiLetterOrDigit((char)rune.Value) ? CharacterKind.Word
                : rune.Value == '$' ? CharacterKind.Symbol : CharacterKind.Separator;
        }

        // Apostrophes that Unicode calls letters: the Ukrainian and the Hawaiian one.
        if (rune.Value is 0x02BC or 0x02BB)
        {
            return CharacterKind.Separator;
        }

        return IsUnspaced(rune.Value) ? CharacterKind.Unspaced : Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
                or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber
                or UnicodeCategory.SpacingCombiningMark => CharacterKind.Word,
            UnicodeCategory.NonSpacingMark => rune.Value is >= 0xFE00 and <= 0xFE0F ? CharacterKind.Format : CharacterKind.Word,
            UnicodeCategory.Format or UnicodeCategory.EnclosingMark => CharacterKind.Format,
            UnicodeCategory.OtherSymbol or UnicodeCategory.CurrencySymbol => IsSpelledOut(rune.Value) ? CharacterKind.Word : CharacterKind.Symbol,
            UnicodeCategory.ModifierSymbol => rune.Value is >= 0x1F3FB and <= 0x1F3FF ? CharacterKind.Format : CharacterKind.Separator,

            // The marks between the letters of a Hebrew abbreviation.
            _ => rune.Value is 0x05F3 or 0x05F4 ? CharacterKind.Format : CharacterKind.Separator,
        };
    }

    public static Script ScriptOf(char letter) => letter switch
    {
        < '\u0250' or (>= '\u1E00' and <= '\u1EFF') => Script.Latin,
        >= '\u0370' and <= '\u03FF' => Script.Greek,
        >= '\u0400' and <= '\u052F' => Script.Cyrillic,
        >= '\u0530' and <= '\u058F' => Script.Armenian,
        >= '\u0590' and <= '\u05FF' => Script.Hebrew,
        >= '\u0600' and <= '\u077F' => Script.Arabic,
        >= '\u0900' and <= '\u097F' => Script.Devanagari,
        (>= '\uAC00' and <= '\uD7A3') or (>= '\u1100' and <= '\u11FF') => Script.Hangul,
        _ => Script.Other,
    };

    // Kana (half-width too), ideographs, Thai, Lao, Khmer, Myanmar.
    private static bool IsUnspaced(int value) => value >= 0x0E01 && value
        is (>= 0x3041 and <= 0x30FF and not 0x30FB) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0xFF66 and <= 0xFF9F) or (>= 0x3005 and <= 0x3007) or (>= 0x31F0 and <= 0x31FF)
        or (>= 0x20000 and <= 0x323AF) or (>= 0x0E01 and <= 0x0E3A) or (>= 0x0E40 and <= 0x0E4E) or (>= 0x0E80 and <= 0x0ECF) or (>= 0x0EDC and <= 0x0EDF)
        or (>= 0x1780 and <= 0x17D3) or (>= 0x1000 and <= 0x103F) or (>= 0x1050 and <= 0x108F);

    // Signs that stand for letters, such as ㎏ for kg.
    private static bool IsSpelledOut(int value) => value is (>= 0x3200 and <= 0x33FF) or 0x2121 or 0x213B;
}
