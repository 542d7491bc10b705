using Soma.Grains.Interfaces;

namespace Soma.Grains.Engine.Tier;

/// <summary>What is known of a point without its vectors.</summary>
/// <param name="Coordinate">Where its memory lies.</param>
/// <param name="Seq">The version that was indexed.</param>
/// <param name="Fingerprint">See <see cref="VectorPoint.Fingerprint"/>.</param>
public readonly record struct StoredPoint(Coordinate Coordinate, long Seq, string Fingerprint);
