using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching.Likeness;

/// <summary>A memory as it is compared with others, to find one that says the same.</summary>
/// <param name="Payload">The payload object, UTF-8 JSON.</param>
/// <param name="Text">The text that is embedded and indexed; empty if there is none.</param>
/// <param name="Vector">The first vector of the text, of length 1; null: there is none.</param>
/// <param name="BroughtVector">The vector that the caller brought, little-endian float32; null: none.</param>
/// <param name="Hash">What <see cref="HashOf"/> makes of text and payload: equal for memories that say the same word for word.</param>
public sealed record ComparedMemory(byte[] Payload, string Text, float[]? Vector, byte[]? BroughtVector, uint Hash)
{
    /// <summary>The most that texts score that differ in articles only.</summary>
    public const double OtherArticles = 0.99;

    /// <summary>The most that texts of other words score, below the default that counts as the same.</summary>
    public const double OtherWords = 0.94;

    /// <summary>The most that texts score of which one has a number, a name or a denial that the other has not.</summary>
    public const double OtherFacts = 0.75;

    private readonly Lazy<ComparedText> _words = new(() => new ComparedText(Text));

    /// <summary>The brought vector at length 1; null: none.</summary>
    internal float[]? BroughtNumbers => BroughtVector is { } bytes ? UnitVector.Of(MemoryMarshal.Cast<byte, float>(bytes)) : null;

    /// <summary>
    /// How alike the two are, 0–1. 1: the same but for letter case, blanks and punctuation. Else the cosine of the first vectors, cut
    /// where the words say that it is too high, because vectors hardly tell "is" from "is not" or one name from another.
    /// </summary>
    /// <param name="other">The other memory.</param>
    /// <param name="wanted">A lower likeness may be returned as 0.</param>
    public double LikenessTo(ComparedMemory other, double wanted)
    {
        if ((Text.Length == 0) != (other.Text.Length == 0))
        {
            return 0;
        }

        if (Text.Length == 0)
        {
            return Payload.AsSpan().SequenceEqual(other.Payload) && SameVector(other) ? 1 : Cosine(BroughtNumbers, other.BroughtNumbers);
        }

        var cosine = Cosine(Vector, other.Vector);
        if (cosine < wanted && Hash != other.Hash)
        {
            return 0;
        }

        return _words.Value.DifferenceTo(other._words.Value) switch
        {
            TextDifference.None => 1,
            TextDifference.Article => Math.Min(cosine, OtherArticles),
            TextDifference.Word => Math.Min(cosine, OtherWords),
            _ => Math.Min(cosine, OtherFacts),
        };
    }

    /// <summary>Hashes the letters and digits of a text as they are compared; a payload without text by its bytes.</summary>
    public static uint HashOf(string text, ReadOnlySpan<byte> payload)
    {
        const uint Offset = 2166136261;
        const uint Prime = 16777619;
        var hash = Offset;
        if (text.Length == 0)
        {
            foreach (var unit in payload)
            {
                hash = (hash ^ unit) * Prime;
            }

            return hash;
        }

        Span<char> folded = stackalloc char[Folding.LongestFolded];
        for (int at = 0, length = 1; at < text.Length; at += length)
        {
            // Most characters are these, and they need neither a kind nor a table.
            length = 1;
            if (char.IsAsciiLetterOrDigit(text[at]))
            {
                hash = (hash ^ (uint)(text[at] | (text[at] >= 'A' ? 0x20 : 0))) * Prime;
                continue;
            }

            if (text[at] is ' ' or ',' or '.')
            {
                continue;
            }

            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out length);
            if (Characters.KindOf(rune) is CharacterKind.Separator or CharacterKind.Format)
            {
                continue;
            }

            foreach (var unit in folded[..Folding.Fold(rune, folded)])
            {
                hash = (hash ^ unit) * Prime;
            }
        }

        return hash;
    }

    private bool SameVector(ComparedMemory other) => BroughtVector.AsSpan().SequenceEqual(other.BroughtVector);

    private static double Cosine(float[]? left, float[]? right) =>
        left is null || right is null || left.Length != right.Length ? 0 : Math.Clamp(UnitVector.Dot(left, right), 0, 1);
}
