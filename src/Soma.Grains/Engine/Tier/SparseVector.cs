namespace Soma.Grains.Engine.Tier;

/// <summary>A vector of few numbers in very many places.</summary>
/// <param name="Indices">The places, ascending, each once.</param>
/// <param name="Values">The number at each of them.</param>
public sealed record SparseVector(uint[] Indices, float[] Values);
