using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching;

/// <summary>What the words of a query say, by a measure that knows no namespace: the lengths of their rows in the table.</summary>
/// <param name="Weights">The weight of each term of the query.</param>
/// <param name="Total">The sum of them.</param>
public sealed record QueryWords(IReadOnlyDictionary<string, float> Weights, float Total)
{
    // What a word counts that the table does not know. Most nouns of daily life have rows about this long.
    private const float UnknownWeight = 0.8f;

    public static QueryWords None { get; } = new(new Dictionary<string, float>(), 0);

    /// <param name="query">The query's text.</param>
    /// <param name="table">Null: all words count the same.</param>
    public static QueryWords Of(string query, ITextEmbedder? table)
    {
        // The table knows words as they are written, the index by their stems.
        var written = new Dictionary<string, float>(StringComparer.Ordinal);
        foreach (var part in query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var terms = TermCounts.Of(part).Terms;
            foreach (var (term, _) in terms)
            {
                written[term] = terms.Count == 1 ? WeightOf(part, table) : WeightOf(term, table);
            }
        }

        var weights = new Dictionary<string, float>(StringComparer.Ordinal);
        foreach (var (term, _) in TermCounts.Of(query).Terms)
        {
            weights[term] = written.TryGetValue(term, out var weight) ? weight : WeightOf(term, table);
        }

        return new QueryWords(weights, weights.Values.Sum());
    }

    private static float WeightOf(string word, ITextEmbedder? table)
    {
        var letters = word.AsSpan().Trim(".,;:!?¿¡\"'()[]{}«»“”„…。，、！？：；");
        return table is not null && table.WeightOf(letters) is var weight and > 0 ? weight : table is null ? 1 : UnknownWeight;
    }
}
