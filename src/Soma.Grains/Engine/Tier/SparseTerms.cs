using Soma.Grains.Interfaces.Filtering;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Engine.Tier;

/// <summary>Words as sparse vectors, so that the inner product of a query and a memory is BM25 but for each term's rarity.</summary>
/// <remarks>
/// The tier multiplies the rarity (IDF) in at query time, over all namespaces of its collection; and a stored weight cannot
/// follow the namespace's mean length, so a fixed one stands in. What it ranks is therefore near to the exact keyword score
/// and good for candidates; the score that is answered is the engine's own.
/// </remarks>
public static class SparseTerms
{
    /// <summary>Stands for the mean number of terms of a memory.</summary>
    public const double MeanLength = 32;

    /// <summary>A memory's side: how much each of its terms says about it. Null: it has no terms.</summary>
    public static SparseVector? OfMemory(TermCounts terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        var norm = Bm25.K1 * (terms.Length + Bm25.LengthPrior) / (MeanLength + Bm25.LengthPrior);
        return Make(terms, count => count * (Bm25.K1 + 1) / (count + norm));
    }

    /// <summary>A query's side: how often it names each term. Null: it names none.</summary>
    public static SparseVector? OfQuery(TermCounts terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return Make(terms, count => count);
    }

    // Two terms of one hash count as one: the tier refuses a place named twice.
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
