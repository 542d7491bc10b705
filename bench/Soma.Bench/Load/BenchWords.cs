namespace Soma.Bench.Load;

/// <summary>
/// Generates sentences of made-up words. A few words are common and most are rare, as in a language. The same seed
/// gives the same sentence.
/// </summary>
internal static class BenchWords
{
    private const int Vocabulary = 20_000;
    private static readonly string[] Syllables = ["ba", "ko", "ri", "ten", "sol", "mer", "da", "lin", "vo", "gar", "pe", "shu", "nor", "ti", "wal", "fe"];

    public static string Sentence(int seed, int words)
    {
        var random = new Random(seed);
        return string.Join(' ', Enumerable.Range(0, words).Select(_ => Word((int)(Vocabulary * Math.Pow(random.NextDouble(), 3)))));
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
