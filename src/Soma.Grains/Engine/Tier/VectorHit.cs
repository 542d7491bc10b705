using Soma.Grains.Interfaces;

namespace Soma.Grains.Engine.Tier;

/// <summary>A point that a query found. It counts only if the canonical row still has this seq.</summary>
/// <param name="Coordinate">The coordinate of the memory.</param>
/// <param name="Seq">The version that was indexed.</param>
/// <param name="Score">The cosine (-1–1) for a dense query, BM25 for a sparse query, the fused reciprocal ranks for
/// both together.</param>
/// <param name="IsOpen">Whether the payload has too many fields to index all of them, so that only the row can tell
/// whether the hit passes a filter.</param>
public readonly record struct VectorHit(Coordinate Coordinate, long Seq, float Score, bool IsOpen);
