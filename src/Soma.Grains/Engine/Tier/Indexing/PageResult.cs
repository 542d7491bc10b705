namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>The result of writing the points of some coordinates.</summary>
/// <param name="Write">Whether every request of the page was answered.</param>
/// <param name="Written">Points written.</param>
/// <param name="Removed">Points whose removal was requested, whether or not they existed.</param>
/// <param name="Refused">Points that the tier refuses; a retry would fail again.</param>
internal sealed record PageResult(VectorWrite Write, int Written, int Removed, int Refused);
