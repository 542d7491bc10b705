using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching;

/// <summary>What the words of a query say, by a measure that knows no namespace: the lengths of their rows in the table.</summary>
/// <param name="Weights">The weight of each word of the query, as the query has it.</param>
/// <param name="Total">The sum of them.</param>
public sealed record QueryWords(IReadOnlyDictionary<string, float> Weights, float Total)
{
    // What a word counts that the table does not know. Most nouns of daily life have rows about this long.
    private const float UnknownWeight = 0.8f;

    /// <summary>The terms of the query; null: they were not read.</summary>
    internal TermCounts? Terms { get; private init; }

    public static QueryWords None { get; } = new(new Dictionary<string, float>(), 0);

    /// <param name="query">The query's text.</param>
    /// <param name="table">Null: all words count the same.</param>
    public static QueryWords Of(string query, ITextEmbedder? table)
    {
        var terms = TermCounts.OfQuery(query);
        var weights = new Dictionary<string, float>(StringComparer.Ordinal);
        foreach (var word in terms.Words)
        {
            if (word.IsCounted && word.In(terms.Language!) is not null)
            {
                weights[word.Source] = WeightOf(word.Source, table);
            }
        }

        return new QueryWords(weights, weights.Values.Sum()) { Terms = terms };
    }

    private static float WeightOf(string word, ITextEmbedder? table)
    {
        var weight = table?.WeightOf(word) ?? 1;
        return weight > 0 ? weight : UnknownWeight;
    }
}
