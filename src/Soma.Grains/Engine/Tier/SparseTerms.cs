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

    /// <summary>The vector of a memory: how much each term says about it; null: it has no terms.</summary>
    public static SparseVector? OfMemory(TermCounts terms)
    {
        var norm = Bm25.K1 * (terms.Length + Bm25.LengthPrior) / (MeanLength + Bm25.LengthPrior);
        return Make(terms, count => count * (Bm25.K1 + 1) / (count + norm));
    }

    /// <summary>The vector of a query: how often each term occurs in it; null: it has no terms.</summary>
    public static SparseVector? OfQuery(TermCounts terms)
    {
        return Make(terms, count => count);
    }

    // Terms with the same hash are merged, because the tier refuses a vector that names an index twice.
    private static SparseVector? Make(TermCounts terms, Func<int, double> weigh)
    {
        if (terms.Terms.Count == 0)
        {
            return null;
        }

        var places = new SortedDictionary<uint, double>();
        foreach (var (term, count) in terms.Terms)
        {
            var place = unchecked((uint)FieldHash.Of(term));
            places[place] = places.GetValueOrDefault(place) + weigh(count);
        }

        return new SparseVector([.. places.Keys], [.. places.Values.Select(value => (float)value)]);
    }
}
