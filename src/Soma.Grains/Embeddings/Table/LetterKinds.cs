using System.Runtime.CompilerServices;

namespace Soma.Grains.Embeddings.Table;

/// <summary>What the table's rule wants to know of a code point.</summary>
internal static class LetterKinds
{
    // Marks that are dropped, as first and last code point: accents of Latin, Greek and Cyrillic, vowel points of Hebrew and Arabic,
    // variation selectors. Marks of other scripts are letters.
    private static readonly int[] Dropped =
    [
        0x300, 0x36F, 0x483, 0x489, 0x591, 0x5BD, 0x5BF, 0x5BF, 0x5C1, 0x5C2, 0x5C4, 0x5C5, 0x5C7, 0x5C7, 0x610, 0x61A, 0x64B, 0x65F,
        0x670, 0x670, 0x6D6, 0x6DC, 0x6DF, 0x6E4, 0x6E7, 0x6E8, 0x6EA, 0x6ED, 0x1AB0, 0x1AFF, 0x1DC0, 0x1DFF, 0x20D0, 0x20FF,
        0xFE00, 0xFE0F, 0xFE20, 0xFE2F,
    ];

    // Scripts without blanks between words: Thai, Lao, Myanmar, Khmer, kana, Han.
    private static readonly int[] Unspaced =
    [
        0xE00, 0xEFF, 0x1000, 0x109F, 0x1780, 0x17FF, 0x3005, 0x3007, 0x3040, 0x30FF, 0x31F0, 0x31FF, 0x3400, 0x4DBF, 0x4E00, 0x9FFF,
        0xF900, 0xFAFF, 0xFF66, 0xFF9F, 0x20000, 0x323AF,
    ];

    // What is asked of a code point, as bits. Each is asked several times of every letter that is read.
    private const byte Letter = 1;
    private const byte Alone = 2;
    private const byte Removed = 4;
    private const byte Blank = 8;
    private const byte AccentMark = 16;
    private const byte WithoutBlanks = 32;
    private const byte Capital = 64;
    private const byte Symbol = 128;

    public static bool IsBlank(int codePoint) => codePoint < 0x80 ? codePoint is ' ' or '\t' or '\n' or '\r' : Is(codePoint, Blank);

    /// <summary>Controls, format characters and what is not assigned.</summary>
    public static bool IsRemoved(int codePoint) => codePoint < 0x80 ? codePoint is < ' ' or 0x7F : Is(codePoint, Removed);

    /// <summary>Letters and marks.</summary>
    public static bool IsLetter(int codePoint) => codePoint < 0x80 ? (uint)((codePoint | 0x20) - 'a') < 26 : Is(codePoint, Letter);

    public static bool IsSymbol(int codePoint) => Is(codePoint, Symbol);

    /// <summary>Punctuation and symbols, each of which is a word of its own; not the two signs that stand within Japanese words.</summary>
    public static bool IsAlone(int codePoint) => codePoint < 0x80
        ? codePoint is > ' ' and < 0x7F && !char.IsAsciiLetterOrDigit((char)codePoint)
        : Is(codePoint, Alone);

    /// <summary>Whether it is removed, dropped or has another lower case.</summary>
    public static bool IsChanged(int codePoint) => Is(codePoint, Removed | AccentMark | Capital);

    public static bool IsDropped(int codePoint) => codePoint >= 0x300 && Is(codePoint, AccentMark);

    public static bool IsUnspaced(int codePoint) => codePoint >= 0xE00 && Is(codePoint, WithoutBlanks);

    public static bool IsLatin(int codePoint) =>
        codePoint is (>= 'a' and <= 'z') or (>= 0xC0 and <= 0x24F) or (>= 0x1E00 and <= 0x1EFF);

    /// <summary>Whether one sign says as much as several letters: Han, kana and Korean syllables.</summary>
    public static bool IsSyllable(int codePoint) => codePoint is (>= 0xAC00 and <= 0xD7A3) or (>= 0x3005 and <= 0x9FFF)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0xFF66 and <= 0xFF9F) or (>= 0x20000 and <= 0x323AF);

    /// <summary>The number of the Latin script.</summary>
    public const byte Latin = 1;

    /// <summary>A number for the script of a letter: Latin 1, Greek 2, Cyrillic 3, Arabic 4, Han and kana 5, Korean 6; others by their block.</summary>
    public static byte ScriptOf(int codePoint) => codePoint switch
    {
        < 0x370 or (>= 0x1E00 and <= 0x1EFF) => Latin,
        < 0x400 or (>= 0x1F00 and <= 0x1FFF) => 2,
        < 0x530 => 3,
        (>= 0x600 and < 0x780) or (>= 0xFB50 and <= 0xFEFF) => 4,
        (>= 0x3005 and < 0x3130) or (>= 0x31F0 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFF66 and <= 0xFF9F) or (>= 0x20000 and <= 0x323AF) => 5,
        (>= 0x1100 and <= 0x11FF) or (>= 0x3130 and <= 0x318F) or (>= 0xAC00 and <= 0xD7FF) => 6,
        _ => (byte)(8 + ((codePoint >> 7) % 240)),
    };

    /// <summary>The lower case of one letter. İ stays, because its lower case is two characters.</summary>
    public static int Lower(int codePoint) => codePoint < 0x80
        ? (uint)(codePoint - 'A') < 26 ? codePoint | 0x20 : codePoint
        : Is(codePoint, Capital) ? LowerOf(codePoint) : codePoint;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Is(int codePoint, byte kind) => ((codePoint <= char.MaxValue ? Known.Kinds[codePoint] : KindsOf(codePoint)) & kind) != 0;

    private static byte KindsOf(int codePoint)
    {
        var kinds = CharUnicodeInfo.GetUnicodeCategory(codePoint) switch
        {
            UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => Blank,
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned => Removed,
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
                or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark => Letter,
            UnicodeCategory.MathSymbol or UnicodeCategory.CurrencySymbol or UnicodeCategory.ModifierSymbol
                or UnicodeCategory.OtherSymbol => (byte)(Symbol | Alone),
            UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation
                or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation => Alone,
            _ => (byte)0,
        };
        kinds = codePoint switch
        {
            0xFFFD => Removed,
            0x30FB or 0x30FC => (byte)(kinds & ~Alone),
            _ => kinds,
        };
        return (byte)(kinds | (IsAmong(codePoint, Dropped) ? AccentMark : 0) | (IsAmong(codePoint, Unspaced) ? WithoutBlanks : 0)
            | (LowerOf(codePoint) != codePoint ? Capital : 0));
    }

    private static int LowerOf(int codePoint) =>
        codePoint == 0x130 || !Rune.IsValid(codePoint) ? codePoint : Rune.ToLowerInvariant(new Rune(codePoint)).Value;

    private static bool IsAmong(int codePoint, int[] ranges)
    {
        for (var i = 0; i < ranges.Length && codePoint >= ranges[i]; i += 2)
        {
            if (codePoint <= ranges[i + 1])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The kinds of all code points of the first plane. They are made when the first letter beyond ASCII is met.</summary>
    private static class Known
    {
        public static readonly byte[] Kinds = [.. Enumerable.Range(0, char.MaxValue + 1).Select(KindsOf)];
    }
}
