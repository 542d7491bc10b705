namespace Soma.Grains.Searching.Text;

/// <summary>Counts the phrases in one text after another. One thread at a time may use it.</summary>
/// <remarks>
/// Each word becomes a number: twice the place of its term among the terms of the phrases, plus one if it is joined to the word
/// before. All words that are in no phrase share one number. Stop words are skipped in texts and phrases alike.
/// </remarks>
internal sealed class PhraseMatcher
{
    private const int Other = -2;
    private const int Joined = 1;

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _numbers;
    private readonly int[][] _phrases;
    private readonly List<int> _words = [];

    public PhraseMatcher(IReadOnlyList<Phrase> phrases)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        _numbers = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        _phrases = [.. phrases.Select(phrase => phrase.Words.Select(Number).ToArray())];

        int Number(PhraseWord word)
        {
            numbers.TryAdd(word.Term, 2 * numbers.Count);
            return numbers[word.Term] | (word.IsJoined ? Joined : 0);
        }
    }

    /// <summary>How many of the phrases stand in the text.</summary>
    public int CountIn(ReadOnlySpan<char> text)
    {
        Read(text);
        var count = 0;
        foreach (var phrase in _phrases)
        {
            count += Holds(CollectionsMarshal.AsSpan(_words), phrase) ? 1 : 0;
        }

        return count;
    }

    private void Read(ReadOnlySpan<char> text)
    {
        _words.Clear();
        var reader = new TermReader(text, stackalloc char[TermReader.BufferLength]);
        while (reader.MoveNext())
        {
            if (!reader.IsPair)
            {
                _words.Add(_numbers.TryGetValue(reader.Current, out var number) ? number : Other);
            }
            else
            {
                CollectionsMarshal.AsSpan(_words)[^1] |= Joined;
            }
        }
    }

    private static bool Holds(ReadOnlySpan<int> words, ReadOnlySpan<int> phrase)
    {
        for (var start = 0; start + phrase.Length <= words.Length; start++)
        {
            var matched = 0;
            while (matched < phrase.Length && (words[start + matched] == phrase[matched] || words[start + matched] == (phrase[matched] | Joined)))
            {
                matched++;
            }

            if (matched == phrase.Length)
            {
                return true;
            }
        }

        return false;
    }
}
