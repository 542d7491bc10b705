using Soma.Grains.Interfaces;

namespace Soma.Grains.Engine.Tier;

/// <summary>A point as it is stored, without its vectors.</summary>
/// <param name="Coordinate">The coordinate of its memory.</param>
/// <param name="Seq">The version that was indexed.</param>
/// <param name="Fingerprint">See <see cref="VectorPoint.Fingerprint"/>.</param>
public readonly record struct StoredPoint(Coordinate Coordinate, long Seq, string Fingerprint);
