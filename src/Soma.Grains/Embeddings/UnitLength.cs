using System.Numerics.Tensors;

namespace Soma.Grains.Embeddings;

/// <summary>Brings vectors to length 1, the only length that Soma stores and compares.</summary>
internal static class UnitLength
{
    /// <returns>False: the vector has no direction (zeros, numbers that are not finite) and is left as it is.</returns>
    public static bool TryApply(Span<float> vector)
    {
        var length = TensorPrimitives.Norm<float>(vector);
        if (!float.IsFinite(length) || length == 0)
        {
            return false;
        }

        TensorPrimitives.Divide(vector, length, vector);
        return true;
    }
}
