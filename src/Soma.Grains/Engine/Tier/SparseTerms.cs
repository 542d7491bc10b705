using Soma.Grains.Searching.Text;

namespace Soma.Grains.Engine.Tier;

/// <summary>
/// Turns words into sparse vectors. The inner product of a query's and a memory's vector is their BM25 score without
/// the rarity (IDF) of the terms.
/// </summary>
/// <remarks>
/// The tier multiplies the IDF in at query time, over all namespaces of its collection. A stored weight cannot follow
/// the namespace's mean length, so a fixed mean length is used. The tier's ranking is therefore close to the exact
/// keyword score and good for finding candidates. The score in an answer is computed by the engine.
/// </remarks>
public static class SparseTerms
{
    /// <summary>Used as the mean number of terms of a memory.</summary>
    public const double MeanLength = 32;

    /// <summary>The vector of a memory, its further fields included; null: it has no terms.</summary>
    public static SparseVector? OfMemory(ComposedText memory)
    {
        var (text, further) = TermCounts.Of(memory.Words, memory.Further);
        return OfMemory(new TermCounts([.. text.Terms, .. further.Terms.Select(term => (TermText.FurtherMark + term.Term, term.Count))], text.Length));
    }

    /// <summary>The vector of a memory: how much each term says about it; null: it has no terms.</summary>
    public static SparseVector? OfMemory(TermCounts terms)
    {
        var norm = Bm25.K1 * (terms.Length + Bm25.LengthPrior) / (MeanLength + Bm25.LengthPrior);
        return Make(terms.Terms.Select(term => (term.Term, term.Count * (Bm25.K1 + 1) / (term.Count + norm))));
    }

    /// <summary>The vector of a query: how often each term occurs in it; null: it has no terms.</summary>
    /// <remarks>The tier does not say which languages its memories have, so the query is read in all of them.</remarks>
    public static SparseVector? OfQuery(TermCounts query)
    {
        var terms = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var word in query.Words)
        {
            foreach (var term in Language.All.Select(word.In).OfType<TermText>().DistinctBy(term => term.Text))
            {
                terms[term.Text] = terms.GetValueOrDefault(term.Text) + word.Count;
                terms[term.Further.Text] = terms.GetValueOrDefault(term.Further.Text) + (word.Count * Bm25.FurtherWeight);
            }
        }

        return Make(terms.Select(term => (term.Key, term.Value)));
    }

    // Terms with the same hash are merged, because the tier refuses a vector that names an index twice.
    private static SparseVector? Make(IEnumerable<(string Term, double Weight)> terms)
    {
        var places = new SortedDictionary<uint, double>();
        foreach (var (term, weight) in terms)
        {
            var place = unchecked((uint)FieldHash.Of(term));
            places[place] = places.GetValueOrDefault(place) + weight;
        }

        return places.Count == 0 ? null : new SparseVector([.. places.Keys], [.. places.Values.Select(value => (float)value)]);
    }
}
