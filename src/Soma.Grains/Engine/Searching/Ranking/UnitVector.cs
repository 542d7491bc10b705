using System.Numerics.Tensors;

namespace Soma.Grains.Engine.Searching.Ranking;

/// <summary>Brings a vector to length 1, so that scalar products are cosines.</summary>
internal static class UnitVector
{
    public static float[] Of(float[] vector)
    {
        var length = TensorPrimitives.Norm<float>(vector);
        var unit = vector.ToArray();
        if (length > 0 && float.IsFinite(length))
        {
            TensorPrimitives.Divide(unit, length, unit);
        }

        return unit;
    }
}
