namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>What became of some coordinates' points.</summary>
/// <param name="Write">Whether all of it is settled.</param>
/// <param name="Written">Points written.</param>
/// <param name="Removed">Points removed, or asked to be.</param>
/// <param name="Refused">Points that the tier refuses for good.</param>
internal sealed record PageResult(VectorWrite Write, int Written, int Removed, int Refused);
