using System.Runtime.InteropServices;

namespace Soma.Grains.Searching.Text;

/// <summary>What stands between quotes in a query, as the index would read it.</summary>
/// <remarks>
/// Between texts it is words that follow each other, so the pairs which scripts without blanks give beside their characters
/// are no words here: they say that two characters stand side by side, which the text must then have as the phrase does.
/// </remarks>
internal sealed class Phrase
{
    private Phrase(List<string> terms, List<PhraseWord> words)
    {
        (Terms, Words) = (terms, words);
        ProvingTerm = words.Count == 1 || (words.Count == 2 && words[1].IsJoined) ? terms[^1] : null;
    }

    /// <summary>All terms in their order: a memory that lacks one cannot hold the phrase.</summary>
    public IReadOnlyList<string> Terms { get; }

    public IReadOnlyList<PhraseWord> Words { get; }

    /// <summary>The term that only texts with the phrase have; null: there is none, the texts must be read.</summary>
    public string? ProvingTerm { get; }

    /// <summary>Null: nothing of it is indexed, such as of stop words alone.</summary>
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

    /// <summary>Whether both ask the same of a text.</summary>
    public bool IsSameAs(Phrase other) => Terms.SequenceEqual(other.Terms, StringComparer.Ordinal);
}

/// <summary>One word of a phrase.</summary>
/// <param name="Term">As the index has it.</param>
/// <param name="IsJoined">Whether nothing at all stands between it and the word before, in a script without blanks.</param>
internal record struct PhraseWord(string Term, bool IsJoined = false);

/// <summary>Finds the quoted phrases of a query.</summary>
/// <remarks>
/// <c>"…"</c> and <c>“…”</c>, paired from left to right. A quote without its partner is plain text, and so is a pair around
/// nothing that is indexed. Nothing is escaped: a phrase is words, and no quote is part of one.
/// </remarks>
internal static class QueryPhrases
{
    /// <summary>Most phrases of one query, since each is looked for in each text that is read; what follows is plain text.</summary>
    public const int Most = 32;

    private const string Straight = "\"";
    private const string Curved = "\u201C";
    private const string CurvedEnd = "\u201D";

    /// <summary>The phrases, each different one once.</summary>
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
                // No later quote of the kind has a partner either; and a query of nothing else is read in one go.
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
