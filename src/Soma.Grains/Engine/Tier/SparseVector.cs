namespace Soma.Grains.Engine.Tier;

/// <summary>A vector of which only the numbers other than zero are stored.</summary>
/// <param name="Indices">The positions of the numbers, ascending, each once.</param>
/// <param name="Values">The number at each position.</param>
public sealed record SparseVector(uint[] Indices, float[] Values);
