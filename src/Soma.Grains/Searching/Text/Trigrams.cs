namespace Soma.Grains.Searching.Text;

/// <summary>Tells how much the letters of a word look like each language, by the sequences of three letters that the language has most.</summary>
/// <remarks>
/// The lists are in <c>trigrams.txt</c>, which is read when the first text gives too few other signs. A blank stands before and behind
/// a word. Latvian, Basque and Irish have no list.
/// </remarks>
internal static class Trigrams
{
    private const int Length = 3;

    // The weight falls with the rank in the list, from 4 to about .7: the logarithm of how much more frequent the sequence is than one that is in no list.
    private const float RankOfNone = 600;
    private const float RankOffset = 12;

    private static readonly Lazy<Dictionary<string, List<(int Language, float Weight)>>> Lists = new(Read);

    /// <summary>Adds to the score of each language, by its number.</summary>
    public static void Score(ReadOnlySpan<char> word, Span<float> scores)
    {
        var lists = Lists.Value.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> padded = stackalloc char[TokenList.LongestToken + 2];
        var length = Math.Min(word.Length, TokenList.LongestToken);
        padded[0] = ' ';
        word[..length].ToLowerInvariant(padded[1..]);
        padded[length + 1] = ' ';
        for (var at = 0; at + Length <= length + 2; at++)
        {
            if (lists.TryGetValue(padded.Slice(at, Length), out var languages))
            {
                foreach (var (language, weight) in languages)
                {
                    scores[language] += weight;
                }
            }
        }
    }

    private static Dictionary<string, List<(int Language, float Weight)>> Read()
    {
        var lists = new Dictionary<string, List<(int Language, float Weight)>>(StringComparer.Ordinal);
        using var stream = typeof(Trigrams).Assembly.GetManifestResourceStream("trigrams.txt")
            ?? throw new InvalidOperationException("The resource trigrams.txt is missing.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            var entries = line.Split('|');
            var language = Language.All.Single(known => known.Name == entries[0]).Number;
            for (var rank = 1; rank < entries.Length; rank++)
            {
                (lists.TryGetValue(entries[rank], out var known) ? known : lists[entries[rank]] = []).Add((language, MathF.Log(RankOfNone / (rank - 1 + RankOffset))));
            }
        }

        return lists;
    }
}
