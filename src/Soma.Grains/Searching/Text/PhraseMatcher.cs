namespace Soma.Grains.Searching.Text;

/// <summary>Counts the phrases in one text after another. One thread at a time may use it.</summary>
/// <remarks>
/// A text is compared in its own language. Each word becomes a number: twice the place of its term among the terms of the phrases,
/// plus one if it is joined to the word before. All words that are in no phrase share one number.
/// </remarks>
internal sealed class PhraseMatcher(IReadOnlyList<Phrase> phrases, FieldSelection? fields = null)
{
    private const int Other = -2;
    private const int Joined = 1;

    private readonly Dictionary<Language, Reading> _readings = [];
    private readonly List<int> _all = [];
    private readonly List<int> _withoutStopWords = [];

    /// <summary>How many of the phrases stand in what is indexed of a memory.</summary>
    public int CountIn(StoredContent memory, bool skipsProven) => CountIn(IndexedText.Compose(memory.Payload.Span, memory.Text, fields), skipsProven);

    /// <summary>How many of the phrases stand in a memory.</summary>
    /// <param name="memory">What is indexed of it.</param>
    /// <param name="skipsProven">Whether phrases are left out that the index alone proves.</param>
    public int CountIn(ComposedText memory, bool skipsProven)
    {
        _all.Clear();
        _withoutStopWords.Clear();
        var reading = Read(memory.Words, null);
        if (memory.Further.Length > 0)
        {
            // No phrase begins in the text and ends in another field.
            _all.Add(Other);
            _withoutStopWords.Add(Other);
            Read(memory.Further, reading);
        }

        var count = 0;
        foreach (var (phrase, numbers) in reading.Phrases)
        {
            if (!skipsProven || phrase.ProvingTerm is null)
            {
                count += numbers.Length > 0 && Holds(CollectionsMarshal.AsSpan(phrase.HasStopWords ? _all : _withoutStopWords), numbers) ? 1 : 0;
            }
        }

        return count;
    }

    private Reading Read(ReadOnlySpan<char> text, Reading? earlier)
    {
        var reader = new TermReader(text, stackalloc char[TermReader.BufferLength], earlier?.Language);
        if (!_readings.TryGetValue(reader.Language, out var reading))
        {
            // This reads other texts, so the reader must begin again.
            _readings[reader.Language] = reading = MakeReading(reader.Language);
            reader = new TermReader(text, stackalloc char[TermReader.BufferLength], reader.Language);
        }

        while (reader.MoveNext())
        {
            if (reader.IsPair)
            {
                CollectionsMarshal.AsSpan(_all)[^1] |= Joined;
                CollectionsMarshal.AsSpan(_withoutStopWords)[^1] |= Joined;
            }
            else if (reader.IsPlace)
            {
                var number = reading.Numbers.TryGetValue(reader.Current, out var known) ? known : Other;
                _all.Add(number);
                if (!reader.IsStopWord)
                {
                    _withoutStopWords.Add(number);
                }
            }
        }

        return reading;
    }

    private Reading MakeReading(Language language)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var read = phrases.Select(phrase => phrase.In(language)).Select(phrase => (phrase, phrase.Words.Select(Number).ToArray())).ToArray();
        return new Reading(language, numbers.GetAlternateLookup<ReadOnlySpan<char>>(), read);

        int Number(PhraseWord word)
        {
            numbers.TryAdd(word.Term, 2 * numbers.Count);
            return numbers[word.Term] | (word.IsJoined ? Joined : 0);
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

    private sealed record Reading(
        Language Language,
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Numbers, IReadOnlyList<(PhraseReading Phrase, int[] Numbers)> Phrases);
}
