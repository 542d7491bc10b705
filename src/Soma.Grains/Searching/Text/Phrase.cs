namespace Soma.Grains.Searching.Text;

/// <summary>A quoted phrase of a query, as the terms and words that the index would make of it.</summary>
/// <remarks>
/// A phrase is a sequence of words. In scripts without blanks the index also has a term for each pair of neighbouring characters.
/// Such a pair is no word here: it means that its two characters are joined in the text, as in the phrase.
/// </remarks>
internal sealed class Phrase(IReadOnlyList<string> terms, IReadOnlyList<PhraseWord> words)
{
    /// <summary>All terms in their order. A memory that lacks one of them cannot hold the phrase.</summary>
    public IReadOnlyList<string> Terms => terms;

    public IReadOnlyList<PhraseWord> Words => words;

    /// <summary>A term that only texts with the phrase have; null: there is none, so the texts must be read.</summary>
    public string? ProvingTerm { get; } = words.Count == 1 || (words.Count == 2 && words[1].IsJoined) ? terms[^1] : null;

    /// <summary>Returns null if nothing of the text is indexed, for example if it has stop words only.</summary>
    public static Phrase? Of(ReadOnlySpan<char> text)
    {
        var (terms, words) = (new List<string>(), new List<PhraseWord>());
        var reader = new TermReader(text, stackalloc char[TermReader.BufferLength]);
        while (reader.MoveNext())
        {
            terms.Add(reader.Current.ToString());
            if (reader.IsPair)
            {
                CollectionsMarshal.AsSpan(words)[^1].IsJoined = true;
            }
            else
            {
                words.Add(new PhraseWord(terms[^1]));
            }
        }

        return words.Count == 0 ? null : new Phrase(terms, words);
    }

    /// <summary>Whether both phrases have the same terms.</summary>
    public bool IsSameAs(Phrase other) => Terms.SequenceEqual(other.Terms, StringComparer.Ordinal);
}

/// <summary>One word of a phrase.</summary>
/// <param name="Term">The word's term in the index.</param>
/// <param name="IsJoined">Whether nothing at all stands between it and the word before, in a script without blanks.</param>
internal record struct PhraseWord(string Term, bool IsJoined = false);

/// <summary>Finds the quoted phrases of a query.</summary>
/// <remarks>
/// <c>"…"</c> and <c>“…”</c>, paired from left to right. A quote without a partner is plain text, and so is a pair of quotes with
/// nothing indexed between them. There is no escaping, because words contain no quotes.
/// </remarks>
internal static class QueryPhrases
{
    /// <summary>How many phrases a query may have, because each is searched in each text that is read. Further quotes are plain text.</summary>
    public const int Most = 32;

    private const string Straight = "\"";
    private const string Curved = "\u201C";
    private const string CurvedEnd = "\u201D";

    /// <summary>The phrases of the query, without repetitions.</summary>
    public static IReadOnlyList<Phrase> Read(ReadOnlySpan<char> query)
    {
        var phrases = new List<Phrase>();
        var starts = Straight + Curved;
        while (phrases.Count < Most && query.IndexOfAny(starts) is var start and >= 0)
        {
            var isStraight = query[start] == Straight[0];
            query = query[(start + 1)..];
            var length = query.IndexOf(isStraight ? Straight : CurvedEnd);
            if (length < 0)
            {
                // A later quote of this kind has no partner either, so this kind is not looked for again. A query of many quotes
                // is then read only once.
                starts = starts.Replace(isStraight ? Straight : Curved, "", StringComparison.Ordinal);
                continue;
            }

            if (Phrase.Of(query[..length]) is { } phrase && !phrases.Exists(phrase.IsSameAs))
            {
                phrases.Add(phrase);
            }

            query = query[(length + 1)..];
        }

        return phrases;
    }
}
