using System.Numerics.Tensors;

namespace Soma.Grains.Embeddings;

/// <summary>Scales vectors to length 1. Soma stores and compares only vectors of this length.</summary>
internal static class UnitLength
{
    /// <returns>False if the vector has no direction (all zeros, or numbers that are not finite). It is then left
    /// unchanged.</returns>
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
