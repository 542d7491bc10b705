namespace Soma.Grains.Searching.Text;

/// <summary>A quoted phrase of a query: words that must follow each other, in the language of the memory that is looked at.</summary>
/// <remarks>
/// A phrase is a sequence of words. In scripts without blanks the index also has a term for each pair of neighbouring characters.
/// Such a pair is no word here: it means that its two characters are joined in the text, as in the phrase.
/// </remarks>
internal sealed class Phrase
{
    private readonly string _text;
    private readonly PhraseReading?[] _readings = new PhraseReading?[Language.All.Count];

    private Phrase(string text) => _text = text;

    /// <summary>Returns null if nothing of the text is indexed.</summary>
    public static Phrase? Of(ReadOnlySpan<char> text)
    {
        var phrase = new Phrase(text.ToString());
        return phrase.In(Language.English).Words.Count == 0 ? null : phrase;
    }

    /// <summary>The phrase as memories of the language have it.</summary>
    public PhraseReading In(Language language) => _readings[language.Number] ??= PhraseReading.Of(_text, language);

    /// <summary>Whether both phrases have the same terms.</summary>
    public bool IsSameAs(Phrase other) => In(Language.English).Terms.SequenceEqual(other.In(Language.English).Terms, StringComparer.Ordinal);
}

/// <summary>A phrase as memories of one language have it.</summary>
/// <param name="Terms">All terms in their order. A memory that lacks one of them cannot hold the phrase.</param>
/// <param name="Words">The words that must follow each other.</param>
/// <param name="HasStopWords">
/// Whether the stop words of the text count, because the phrase has nothing else, or writes one like a name. In other phrases they
/// are skipped, in the phrase and in the text.
/// </param>
/// <param name="IsStopWords">Whether the phrase has nothing but stop words.</param>
internal sealed record PhraseReading(IReadOnlyList<string> Terms, IReadOnlyList<PhraseWord> Words, bool HasStopWords, bool IsStopWords)
{
    /// <summary>A term that only texts with the phrase have; null: there is none, so the texts must be read.</summary>
    public string? ProvingTerm { get; } = Words.Count == 1 || (Words.Count == 2 && Words[1].IsJoined) ? Terms[^1] : null;

    public static PhraseReading Of(string text, Language language)
    {
        var (all, stopWords, names) = (new List<(string Term, bool IsPair, bool IsStopWord)>(), 0, 0);
        var reader = new TermReader(text, stackalloc char[TermReader.BufferLength], language);
        while (reader.MoveNext())
        {
            if (reader.IsPlace || reader.IsPair)
            {
                all.Add((reader.Current.ToString(), reader.IsPair, reader.IsStopWord));
                stopWords += reader.IsStopWord ? 1 : 0;
                names += reader is { IsStopWord: true, IsName: true } ? 1 : 0;
            }
        }

        var isStopWords = stopWords == all.Count(term => !term.IsPair);
        var keepsAll = names > 0 || isStopWords;
        var (terms, words) = (new List<string>(), new List<PhraseWord>());
        foreach (var (term, isPair, isStopWord) in all)
        {
            if (isPair)
            {
                CollectionsMarshal.AsSpan(words)[^1].IsJoined = true;
            }
            else if (keepsAll || !isStopWord)
            {
                words.Add(new PhraseWord(term));
            }

            if (isPair || keepsAll || !isStopWord)
            {
                terms.Add(term);
            }
        }

        return new PhraseReading(terms, words, keepsAll && stopWords > 0, isStopWords);
    }
}

/// <summary>One word of a phrase.</summary>
/// <param name="Term">The word's term in the index.</param>
/// <param name="IsJoined">Whether nothing at all stands between it and the word before, in a script without blanks.</param>
internal record struct PhraseWord(string Term, bool IsJoined = false);
