namespace Soma.Grains.Searching.Text;

/// <summary>
/// Words that say nothing by themselves, by language. Question words are among them, because answers do not repeat them; leaving
/// them in costs seven points of recall on conversations.
/// </summary>
/// <remarks>
/// Stop words are indexed, so that a query of nothing else finds them (<c>Will</c>, <c>May</c>, <c>WHO</c>), but they count neither
/// for the length of a text nor in other queries.
/// </remarks>
internal static class StopWords
{
    private static readonly Dictionary<string, uint>.AlternateLookup<ReadOnlySpan<char>> Words = Read().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The languages in which the word is a stop word, as a set.</summary>
    public static uint LanguagesOf(ReadOnlySpan<char> word) => Words.TryGetValue(word, out var languages) ? languages : 0;

    /// <summary>Whether it is an English short form with an apostrophe, such as <c>don't</c>.</summary>
    public static bool IsContraction(ReadOnlySpan<char> word) => (LanguagesOf(word) & Language.English.Bit) != 0;

    private static Dictionary<string, uint> Read()
    {
        var words = new Dictionary<string, uint>(8192, StringComparer.Ordinal);
        using var stream = typeof(StopWords).Assembly.GetManifestResourceStream("stopwords.txt")
            ?? throw new InvalidOperationException("The resource stopwords.txt is missing.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            var entries = line.Split(' ');
            var language = Language.All.Single(known => known.Name == entries[0]);
            foreach (var word in entries.AsSpan(1))
            {
                words[word] = words.GetValueOrDefault(word) | language.Bit;
            }
        }

        return words;
    }
}
