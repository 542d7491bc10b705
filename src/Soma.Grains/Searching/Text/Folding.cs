namespace Soma.Grains.Searching.Text;

/// <summary>
/// Takes a character to the form that terms have: lower case, without accents, width, ligatures and the letter forms of one
/// keyboard. <c>É</c> and <c>ｅ</c> become <c>e</c>, <c>ß</c> becomes <c>ss</c>, <c>٣</c> becomes <c>3</c>, and a soft accent
/// mark becomes nothing.
/// </summary>
/// <remarks>
/// The processes run with invariant globalization, where <see cref="string.Normalize()"/> returns every text unchanged. So the
/// mapping is a table of our own (<c>scripts/folding.py</c> makes it). The table is read when the first letter beyond ASCII
/// arrives. Marks of scripts in which they are letters, such as the vowels of Hindi, stay.
/// </remarks>
internal static class Folding
{
    /// <summary>Room that the destination must have.</summary>
    public const int LongestFolded = 8;

    private const int PageBits = 8;
    private const int LastPlanes = 0x30000;
    private static readonly Lazy<string?[]?[]> Pages = new(Read);

    /// <summary>Writes the folded form and returns its length, 0 for a mark that is dropped.</summary>
    public static int Fold(Rune rune, Span<char> destination)
    {
        if (rune.IsAscii)
        {
            destination[0] = char.ToLowerInvariant((char)rune.Value);
            return 1;
        }

        if (rune.Value < LastPlanes && Pages.Value[rune.Value >> PageBits]?[rune.Value & ((1 << PageBits) - 1)] is { } folded)
        {
            folded.CopyTo(destination);
            return folded.Length;
        }

        // From Hebrew to Myanmar, and from the radicals of Han to the signs of Yi, no letter has a case.
        return (rune.Value is (>= 0x0590 and < 0x10A0) or (>= 0x2E80 and < 0xA4D0) ? rune : Rune.ToLowerInvariant(rune)).EncodeToUtf16(destination);
    }

    private static string?[]?[] Read()
    {
        var pages = new string?[]?[LastPlanes >> PageBits];
        using var stream = typeof(Folding).Assembly.GetManifestResourceStream("folding.txt")
            ?? throw new InvalidOperationException("The resource folding.txt is missing.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            var space = line.IndexOf(' ');
            var folded = line[..space] is "-" ? "" : line[..space];
            foreach (var rune in folded == "#" ? default : line.AsSpan(space + 1).EnumerateRunes())
            {
                var page = pages[rune.Value >> PageBits] ??= new string?[1 << PageBits];
                page[rune.Value & ((1 << PageBits) - 1)] = folded;
            }
        }

        return pages;
    }
}
