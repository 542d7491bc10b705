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

/// <summary>The result of a query, best hit first.</summary>
/// <param name="Hits">The hits. If there are fewer than the limit, no more exist.</param>
/// <param name="Mark">
/// How far the index reaches, read together with the hits. The smaller of this mark and the stored cursor counts. Null:
/// the index does not know the namespace, so an empty list of hits says nothing about it.
/// </param>
/// <param name="IsFilterExact">
/// Whether every hit passes the filter, except perhaps those marked <see cref="VectorHit.IsOpen"/>. False: the caller
/// must test each hit.
/// </param>
public sealed record VectorAnswer(IReadOnlyList<VectorHit> Hits, IndexCursor? Mark, bool IsFilterExact);

/// <summary>A point that a query found. It counts only if the canonical row still has this seq.</summary>
/// <param name="Coordinate">The coordinate of the memory.</param>
/// <param name="Seq">The version that was indexed.</param>
/// <param name="Score">The cosine (-1–1) for a dense query, BM25 for a sparse query, the fused reciprocal ranks for
/// both together.</param>
/// <param name="IsOpen">Whether the payload has too many fields to index all of them, so that only the row can tell
/// whether the hit passes a filter.</param>
public readonly record struct VectorHit(Coordinate Coordinate, long Seq, float Score, bool IsOpen);
