using Soma.Grains.Interfaces;

namespace Soma.Grains.Searching;

/// <summary>What a sentence model made of a text: a vector of length 1, or null because it refuses that text.</summary>
public readonly record struct Refinement(float[]? Vector);

/// <summary>A refinement and the version it belongs to: one of another seq is not touched by it.</summary>
public readonly record struct RefinedMemory(Coordinate Coordinate, long Seq, Refinement Refinement);

/// <summary>The spaces that texts have vectors in.</summary>
public enum TextSpace
{
    /// <summary>The table's: first vectors, and better ones by a sentence model of the same space.</summary>
    Shared,

    /// <summary>A sentence model's own.</summary>
    Model,
}
