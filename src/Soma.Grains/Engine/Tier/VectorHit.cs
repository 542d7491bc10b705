using Soma.Grains.Interfaces;

namespace Soma.Grains.Engine.Tier;

/// <summary>A point that was found; it counts only if the canonical row still has this seq.</summary>
/// <param name="Coordinate">Where the memory lies.</param>
/// <param name="Seq">The version that was indexed.</param>
/// <param name="Score">Cosine (-1–1) of a dense query, BM25 of a sparse one, reciprocal ranks of both.</param>
/// <param name="IsOpen">Whether the payload was too wide to be indexed whole, so that only the row says if it passes a filter.</param>
public readonly record struct VectorHit(Coordinate Coordinate, long Seq, float Score, bool IsOpen);
