namespace Soma.Bench.Load;

/// <summary>
/// Generates sentences of made-up words. A few words are common and most are rare, as in a language. The same seed
/// gives the same sentence. Every third word of a long one is an English stop word, because the syllables alone would be taken for those
/// of a dozen languages.
/// </summary>
internal static class BenchWords
{
    /// <summary>How many different words there are unless fewer are asked for.</summary>
    public const int Vocabulary = 20_000;

    // Queries have fewer words than this.
    private const int ShortestLong = 12;

    private static readonly string[] StopWords = ["the", "of", "and", "with", "from", "this", "that", "was"];

    private static readonly string[] Syllables = ["ba", "ko", "ri", "ten", "sol", "mer", "da", "lin", "vo", "gar", "pe", "shu", "nor", "ti", "wal", "fe"];

    /// <param name="seed">The same seed gives the same sentence.</param>
    /// <param name="words">How many words the sentence has.</param>
    /// <param name="vocabulary">How many different words there are. With 100 of them, most sentences have most words.</param>
    public static string Sentence(int seed, int words, int vocabulary = Vocabulary)
    {
        var random = new Random(seed);
        return string.Join(' ', Enumerable.Range(0, words).Select(i => words >= ShortestLong && i % 3 == 2
            ? StopWords[random.Next(StopWords.Length)]
            : Word((int)(vocabulary * Math.Pow(random.NextDouble(), 3)))));
    }

    private static string Word(int number)
    {
        var word = "";
        for (var rest = number + Syllables.Length; rest > 0; rest /= Syllables.Length)
        {
            word += Syllables[rest % Syllables.Length];
        }

        return word;
    }
}
