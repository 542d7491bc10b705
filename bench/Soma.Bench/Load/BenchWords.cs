namespace Soma.Bench.Load;

/// <summary>
/// Generates sentences of made-up words. A few words are common and most are rare, as in a language. The same seed
/// gives the same sentence.
/// </summary>
internal static class BenchWords
{
    /// <summary>How many different words there are unless fewer are asked for.</summary>
    public const int Vocabulary = 20_000;

    private static readonly string[] Syllables = ["ba", "ko", "ri", "ten", "sol", "mer", "da", "lin", "vo", "gar", "pe", "shu", "nor", "ti", "wal", "fe"];

    /// <param name="seed">The same seed gives the same sentence.</param>
    /// <param name="words">How many words the sentence has.</param>
    /// <param name="vocabulary">How many different words there are. With 100 of them, most sentences have most words.</param>
    public static string Sentence(int seed, int words, int vocabulary = Vocabulary)
    {
        var random = new Random(seed);
        return string.Join(' ', Enumerable.Range(0, words).Select(_ => Word((int)(vocabulary * Math.Pow(random.NextDouble(), 3)))));
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
