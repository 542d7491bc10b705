using System.Numerics.Tensors;

namespace Soma.Grains.Searching;

/// <summary>Brings vectors to length 1, the only length that Soma compares: scalar products are cosines then.</summary>
internal static class UnitVector
{
    // Beyond these a float length may be wrong: the squares overflow above, and below they lose their digits or vanish.
    private const float Longest = 1e18f;
    private const float Shortest = 1e-15f;

    /// <summary>A new vector of length 1; one without a direction (zeros) comes back as it is.</summary>
    public static float[] Of(ReadOnlySpan<float> vector)
    {
        var unit = vector.ToArray();
        TryScale(unit);
        return unit;
    }

    /// <returns>False if the vector has no direction (all zeros, or numbers that are not finite). It is then left
    /// unchanged.</returns>
    public static bool TryScale(Span<float> vector)
    {
        var length = TensorPrimitives.Norm<float>(vector);
        if (length is > Shortest and < Longest)
        {
            TensorPrimitives.Divide(vector, length, vector);
            return true;
        }

        // A vector's length says nothing: [1e20,0] and [1e-30,0] point where [1,0] points. No float's square leaves a double.
        var squares = 0.0;
        foreach (var number in vector)
        {
            squares += (double)number * number;
        }

        if (!double.IsFinite(squares) || squares == 0)
        {
            return false;
        }

        var exact = Math.Sqrt(squares);
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)(vector[i] / exact);
        }

        return true;
    }
}
