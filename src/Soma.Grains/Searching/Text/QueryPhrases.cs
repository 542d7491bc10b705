namespace Soma.Grains.Searching.Text;

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
