namespace Soma.Grains.Engine.Tier;

/// <summary>A query within one namespace.</summary>
public sealed record VectorQuery
{
    public required long NamespaceId { get; init; }

    /// <summary>The query's vector, as long as the space's dimension; null: the query is by <see cref="Sparse"/>.</summary>
    public float[]? Dense { get; init; }

    /// <summary>The query's words; see <see cref="SparseTerms.OfQuery"/>.</summary>
    public SparseVector? Sparse { get; init; }

    /// <summary>
    /// The filter. The tier applies the part that it can express: hits that do not pass the filter may remain, but a hit
    /// that passes is never lost.
    /// </summary>
    public FilterExpression Filter { get; init; } = FilterExpression.Empty;

    /// <summary>The current time: memories that have expired by then are left out.</summary>
    public required Instant Now { get; init; }

    /// <summary>The largest number of hits, at least 1.</summary>
    public required int Limit { get; init; }

    /// <summary>How many hits to skip. A search that needs more hits asks again with a larger offset.</summary>
    public int Offset { get; init; }
}

/// <summary>The result of a query, best hit first.</summary>
/// <param name="Hits">The hits. If there are fewer than the limit, no more exist.</param>
/// <param name="Mark">
/// How far the index reaches, read together with the hits. The smaller of this mark and the stored cursor counts. Null:
/// the index does not know the namespace, so an empty list of hits says nothing about it.
/// </param>
public sealed record VectorAnswer(IReadOnlyList<VectorHit> Hits, IndexCursor? Mark);

/// <summary>A point that a query found. It counts only if the canonical row still has this seq.</summary>
/// <param name="Coordinate">The coordinate of the memory.</param>
/// <param name="Seq">The version that was indexed.</param>
/// <param name="Score">The cosine (-1–1) for a dense query, BM25 for a sparse query.</param>
public readonly record struct VectorHit(Coordinate Coordinate, long Seq, float Score);
