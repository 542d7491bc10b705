namespace Soma.Grains.Engine.Tier;

/// <summary>A page of a namespace's points.</summary>
/// <param name="Points">In the order of their ids.</param>
/// <param name="Next">Where the next page begins; null: this was the last.</param>
public sealed record StoredPoints(IReadOnlyList<StoredPoint> Points, Guid? Next);
