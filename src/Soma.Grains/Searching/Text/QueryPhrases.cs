namespace Soma.Grains.Searching.Text;

/// <summary>Finds the quoted phrases of a query.</summary>
/// <remarks>
/// <c>"…"</c> and <c>“…”</c>, paired from left to right. A quote without a partner is plain text, and so is a pair of quotes with
/// nothing indexed between them, or stop words only in a query that has other words. A straight quote behind a digit means inches, unless it closes a phrase. There is no escaping,
/// because words contain no quotes.
/// </remarks>
internal static class QueryPhrases
{
    /// <summary>How many phrases a query may have, because each is searched in each text that is read. Further quotes are plain text.</summary>
    public const int Most = 32;

    private const char Straight = '"';
    private const char Curved = '\u201C';
    private const char CurvedEnd = '\u201D';

    /// <summary>The phrases of the query, without repetitions.</summary>
    public static IReadOnlyList<Phrase> Read(ReadOnlySpan<char> query)
    {
        var phrases = new List<Phrase>();
        var (straight, curved) = (true, true);
        for (var at = 0; at < query.Length && phrases.Count < Most; at++)
        {
            var isStraight = straight && query[at] == Straight && (at == 0 || !char.IsDigit(query[at - 1]));
            if (!isStraight && !(curved && query[at] == Curved))
            {
                continue;
            }

            var length = query[(at + 1)..].IndexOf(isStraight ? Straight : CurvedEnd);
            if (length < 0)
            {
                // A later quote of this kind has no partner either, so this kind is not looked for again. A query of many quotes
                // is then read only once.
                (straight, curved) = (straight && !isStraight, curved && isStraight);
                continue;
            }

            if (Phrase.Of(query.Slice(at + 1, length)) is { } phrase && !phrases.Exists(phrase.IsSameAs)
                && (!phrase.In(Language.English).IsStopWords || Phrase.Of(query)!.In(Language.English).IsStopWords))
            {
                phrases.Add(phrase);
            }

            at += length + 1;
        }

        return phrases;
    }
}
