using System.Numerics.Tensors;

namespace Soma.Grains.Searching.Indexing;

/// <summary>Brings a vector to length 1, so that scalar products are cosines.</summary>
internal static class UnitVector
{
    /// <summary>A new vector of length 1; one without a direction (zeros) comes back as it is.</summary>
    public static float[] Of(ReadOnlySpan<float> vector)
    {
        var length = TensorPrimitives.Norm(vector);
        var unit = vector.ToArray();
        if (length > 0 && float.IsFinite(length))
        {
            TensorPrimitives.Divide(unit, length, unit);
        }

        return unit;
    }
}
