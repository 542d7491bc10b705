namespace Soma.Grains.Embeddings.Unicode;

/// <summary>Unicode's canonical decomposition and composition (NFD and NFC, Unicode Standard Annex 15).</summary>
/// <remarks>
/// The processes run with invariant globalization, where <see cref="string.Normalize()"/> returns every text unchanged and reports
/// no error. So the rules are read from a table of our own. It is read when the first letter that it could change arrives: a
/// process that sees plain English never reads it.
/// </remarks>
internal static class CanonicalForm
{
    /// <summary>Room that the destination of <see cref="WithoutAccents"/> must have.</summary>
    public const int LongestWithoutAccents = 8;

    private const int FirstListed = 0xC0;
    private const int LeadFirst = 0x1100;
    private const int VowelFirst = 0x1161;
    private const int TailBefore = 0x11A7;
    private const int SyllableFirst = 0xAC00;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Tails = 28;
    private const int Syllables = Leads * Vowels * Tails;

    private static readonly Lazy<CanonicalData> Data = new(CanonicalData.Read);

    /// <summary>Whether a text of such code points only is the same decomposed and composed, or composed and not decomposed.</summary>
    /// <remarks>Whole Hangul syllables are among them, because what is decomposed here is composed afterwards.</remarks>
    public static bool IsInert(int codePoint) => codePoint < FirstListed || Data.Value.IsInert(codePoint);

    /// <summary>Appends the decomposition of the text, its marks in canonical order.</summary>
    public static void Decompose(ReadOnlySpan<int> text, ref CodePoints destination)
    {
        var data = Data.Value;
        foreach (var codePoint in text)
        {
            if ((uint)(codePoint - SyllableFirst) < Syllables)
            {
                DecomposeSyllable(codePoint - SyllableFirst, ref destination);
            }
            else if (data.TryDecompose(codePoint, out var parts))
            {
                foreach (var part in parts)
                {
                    destination.Add(part);
                }
            }
            else
            {
                destination.Add(codePoint);
            }
        }

        Order(destination.Written, data);
    }

    /// <summary>
    /// Writes a character decomposed, without its non-spacing marks and in lower case, as BERT's uncased models read it, and returns
    /// how many characters that are: <c>É</c> gives <c>e</c>, a lone accent nothing, a Hangul syllable its two or three letters.
    /// </summary>
    public static int WithoutAccents(Rune rune, Span<char> destination)
    {
        if (rune.IsAscii)
        {
            destination[0] = char.ToLowerInvariant((char)rune.Value);
            return 1;
        }

        var parts = new CodePoints(stackalloc int[LongestWithoutAccents]);
        Decompose([rune.Value], ref parts);
        var length = 0;
        foreach (var part in parts.Written)
        {
            var letter = new Rune(part);
            length += Rune.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark ? 0 : Rune.ToLowerInvariant(letter).EncodeToUtf16(destination[length..]);
        }

        parts.Dispose();
        return length;
    }

    /// <summary>Composes a decomposed text in place.</summary>
    public static void Compose(ref CodePoints text)
    {
        var data = Data.Value;
        var written = text.Written;
        var (count, starter, lastClass) = (0, -1, 0);
        foreach (var codePoint in written)
        {
            var combining = data.ClassOf(codePoint);
            if (starter >= 0 && (lastClass < combining || count == starter + 1)
                && TryCompose(written[starter], codePoint, data, out var composed))
            {
                written[starter] = composed;
                continue;
            }

            (starter, lastClass) = combining == 0 ? (count, 0) : (starter, combining);
            written[count++] = codePoint;
        }

        text.Shorten(count);
    }

    private static void DecomposeSyllable(int index, ref CodePoints destination)
    {
        destination.Add(LeadFirst + (index / (Vowels * Tails)));
        destination.Add(VowelFirst + (index / Tails % Vowels));
        if (index % Tails != 0)
        {
            destination.Add(TailBefore + (index % Tails));
        }
    }

    // Insertion sort, which keeps the order of equal classes. A run of marks is short, as a rule.
    private static void Order(Span<int> text, CanonicalData data)
    {
        for (var i = 1; i < text.Length; i++)
        {
            var (moved, combining) = (text[i], data.ClassOf(text[i]));
            var to = i;
            for (; combining > 0 && to > 0 && data.ClassOf(text[to - 1]) > combining; to--)
            {
                text[to] = text[to - 1];
            }

            text[to] = moved;
        }
    }

    private static bool TryCompose(int first, int second, CanonicalData data, out int composed)
    {
        if ((uint)(first - LeadFirst) < Leads && (uint)(second - VowelFirst) < Vowels)
        {
            composed = SyllableFirst + ((((first - LeadFirst) * Vowels) + (second - VowelFirst)) * Tails);
            return true;
        }

        if ((uint)(first - SyllableFirst) < Syllables && (first - SyllableFirst) % Tails == 0 && second > TailBefore && second < TailBefore + Tails)
        {
            composed = first + (second - TailBefore);
            return true;
        }

        return data.TryCompose(first, second, out composed);
    }
}
