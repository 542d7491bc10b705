using Soma.Grains.Interfaces;
using Soma.Grains.Interfaces.Filtering;

namespace Soma.Grains.Engine.Tier;

/// <summary>A query within one namespace.</summary>
public sealed record VectorQuery
{
    public required long NamespaceId { get; init; }

    /// <summary>
    /// The query's vector, as long as the space's dimension. If <see cref="Sparse"/> is set too, both rank and the
    /// ranks are fused.
    /// </summary>
    public float[]? Dense { get; init; }

    /// <summary>The query's words; see <see cref="SparseTerms.OfQuery"/>.</summary>
    public SparseVector? Sparse { get; init; }

    /// <summary>
    /// The filter. The tier applies the part that it can express: hits that do not pass the filter may remain (see <see
    /// cref="VectorAnswer.IsFilterExact"/>), but a hit that passes is never lost.
    /// </summary>
    public FilterExpression Filter { get; init; } = FilterExpression.Empty;

    /// <summary>The current time: memories that have expired by then are left out.</summary>
    public required Instant Now { get; init; }

    /// <summary>The largest number of hits, at least 1.</summary>
    public required int Limit { get; init; }

    /// <summary>How many hits to skip. A search that needs more hits asks again with a larger offset.</summary>
    public int Offset { get; init; }

    /// <summary>
    /// The lowest score of a hit, for a query by <see cref="Dense"/> or <see cref="Sparse"/> alone; null: no limit.
    /// </summary>
    public float? MinScore { get; init; }
}
