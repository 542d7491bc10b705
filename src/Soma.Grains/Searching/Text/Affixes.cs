namespace Soma.Grains.Searching.Text;

/// <summary>Takes off what Korean and Hebrew write together with a word. There is no stemmer for them in the library.</summary>
/// <remarks>
/// The ends of words are ambiguous: 고양이 (cat) ends like a noun with a particle. So the index keeps both forms, and so does a
/// query.
/// </remarks>
internal static class Affixes
{
    // Longer ones first. Those of the second list end many nouns, too, so two syllables must be left.
    private static readonly string[] Particles =
    [
        "에서부터", "으로부터", "이었습니다", "에서는", "에서도", "에게서", "에게는", "으로는", "으로도", "이라고", "이라는", "이라도", "입니다", "까지는", "까지도", "이에요",
        "에서", "에게", "에는", "에도", "으로", "부터", "까지", "처럼", "보다", "마다", "조차", "마저", "밖에", "이나", "이며", "이랑", "하고", "한테", "께서", "라고", "라는",
        "들은", "들이", "들을", "들의", "들과", "들도", "들에", "예요", "이다", "은", "는", "을", "를", "에", "의",
    ];

    private static readonly string[] AmbiguousParticles = ["이", "가", "와", "과", "도", "만", "로", "랑", "나", "야", "께", "들"];

    // וכשהילדים: and when the children.
    private static readonly string[] SeveralPrefixes = ["וכשה", "ושכש", "כשה", "ושה", "ומה", "וכש"];

    /// <summary>The length of a Korean word without its particle.</summary>
    public static int LengthWithoutParticle(ReadOnlySpan<char> word)
    {
        foreach (var particle in Particles)
        {
            if (word.Length > particle.Length && word.EndsWith(particle))
            {
                return word.Length - particle.Length;
            }
        }

        foreach (var particle in AmbiguousParticles)
        {
            if (word.Length > 2 && word.EndsWith(particle))
            {
                return word.Length - particle.Length;
            }
        }

        return word.Length;
    }

    /// <summary>Whether a Korean word has two syllables, of which the second may be a particle or belong to the word.</summary>
    public static bool MayEndInParticle(ReadOnlySpan<char> word)
    {
        if (word.Length != 2)
        {
            return false;
        }

        foreach (var particle in AmbiguousParticles)
        {
            if (word.EndsWith(particle))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A folded Hebrew word without the ending of the plural or of the feminine: ילדה, ילדות and ילדים are ילד, מדפסת and מדפסות are מדפס.</summary>
    public static ReadOnlySpan<char> WithoutPlural(ReadOnlySpan<char> word) =>
        word.Length >= 5 && (word.EndsWith("ימ") || word.EndsWith("ות")) ? word[..^2]
        : (word.Length >= 5 && word.EndsWith("ת")) || (word.Length >= 4 && word.EndsWith("ה")) ? word[..^1]
        : word;

    /// <summary>A folded Hebrew word without the articles and prepositions in front of it.</summary>
    public static ReadOnlySpan<char> WithoutPrefix(ReadOnlySpan<char> word)
    {
        const string Prefixes = "והבלמשכ";
        var rest = word;
        foreach (var several in SeveralPrefixes)
        {
            if (word.StartsWith(several) && word.Length >= several.Length + 3)
            {
                return word[several.Length..];
            }
        }

        while (rest.Length >= 4 && word.Length - rest.Length < 2 && Prefixes.Contains(rest[0], StringComparison.Ordinal))
        {
            rest = rest[1..];
        }

        return rest;
    }
}
