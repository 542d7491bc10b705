namespace Soma.Grains.Engine.Tier;

/// <summary>How a write ended that was applied.</summary>
/// <param name="IsSettled">
/// False: an earlier attempt of it was lost without an answer and may still be applied, after later writes too.
/// </param>
public readonly record struct VectorWrite(bool IsSettled)
{
    public static VectorWrite operator &(VectorWrite left, VectorWrite right) => new(left.IsSettled && right.IsSettled);

    public static VectorWrite BitwiseAnd(VectorWrite left, VectorWrite right) => left & right;
}
