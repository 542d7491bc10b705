namespace Soma.Grains.Storage;

/// <summary>What a list ordered a memory by at some moment.</summary>
/// <param name="Coordinate">The memory's.</param>
/// <param name="Seq">Of the version that was current then.</param>
/// <param name="Importance">Of that version.</param>
public readonly record struct ListPlace(Coordinate Coordinate, long Seq, double Importance);
