namespace Soma.Grains.Embeddings.OpenAi;

/// <summary>Splits a list of texts into requests of a size that endpoints accept.</summary>
internal static class TextBatches
{
    /// <summary>The largest number of texts in one request.</summary>
    public const int MostTexts = 64;

    /// <summary>
    /// The largest number of characters in one request. Even in scripts where each character is a token this stays below the
    /// usual limits.
    /// </summary>
    public const int MostCharacters = 200_000;

    /// <summary>How many characters of a text are sent. No common model reads more.</summary>
    public const int LongestText = 32_000;

    /// <summary>Returns the beginning of a text, without cutting a character (a surrogate pair) in two.</summary>
    public static string Shorten(string text, int characters) =>
        text.Length <= characters ? text
        : char.IsHighSurrogate(text[characters - 1]) ? text[..(characters - 1)]
        : text[..characters];

    /// <summary>Groups consecutive texts into batches that stay within both limits.</summary>
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
