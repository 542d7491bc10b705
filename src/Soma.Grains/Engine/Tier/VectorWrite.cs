namespace Soma.Grains.Engine.Tier;

/// <summary>The result of a write that was applied.</summary>
/// <param name="IsSettled">
/// False: an earlier attempt of this write got no answer. The tier may still apply that attempt, even after later
/// writes.
/// </param>
public readonly record struct VectorWrite(bool IsSettled)
{
    public static VectorWrite operator &(VectorWrite left, VectorWrite right) => new(left.IsSettled && right.IsSettled);

    public static VectorWrite BitwiseAnd(VectorWrite left, VectorWrite right) => left & right;
}
