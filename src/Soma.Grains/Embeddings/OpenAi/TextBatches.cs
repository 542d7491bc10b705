namespace Soma.Grains.Embeddings.OpenAi;

/// <summary>Cuts a list of texts in requests that endpoints take.</summary>
internal static class TextBatches
{
    /// <summary>Texts of one request.</summary>
    public const int MostTexts = 64;

    /// <summary>Characters of one request, so that even in scripts of a token a character none is over the usual limits.</summary>
    public const int MostCharacters = 200_000;

    /// <summary>What follows this many characters of a text is not sent: no common model reads further.</summary>
    public const int LongestText = 32_000;

    /// <summary>The beginning of a text, not cut within a character.</summary>
    public static string Shorten(string text, int characters) =>
        text.Length <= characters ? text
        : char.IsHighSurrogate(text[characters - 1]) ? text[..(characters - 1)]
        : text[..characters];

    /// <summary>Consecutive texts together, each batch within both bounds.</summary>
    public static IEnumerable<ArraySegment<T>> Cut<T>(T[] items, Func<T, int> characters)
    {
        var (start, sum) = (0, 0);
        for (var i = 0; i < items.Length; i++)
        {
            var more = characters(items[i]);
            if (i > start && (i - start == MostTexts || sum + more > MostCharacters))
            {
                yield return new ArraySegment<T>(items, start, i - start);
                (start, sum) = (i, 0);
            }

            sum += more;
        }

        if (start < items.Length)
        {
            yield return new ArraySegment<T>(items, start, items.Length - start);
        }
    }
}
