using System.Numerics;
using System.Runtime.CompilerServices;

namespace Soma.Grains.Searching;

/// <summary>Scales vectors to length 1. Soma compares only such vectors, because their scalar product is the cosine.</summary>
internal static class UnitVector
{
    // Beyond these a float length may be wrong: the squares overflow above, and below they lose their digits or vanish.
    private const float Longest = 1e18f;
    private const float Shortest = 1e-15f;

    /// <summary>Returns a new vector of length 1. A vector without a direction (zeros) is returned as it is.</summary>
    public static float[] Of(ReadOnlySpan<float> vector)
    {
        var unit = vector.ToArray();
        TryScale(unit);
        return unit;
    }

    /// <summary>The scalar product of two vectors of the same length: the cosine, if both have length 1.</summary>
    /// <remarks>
    /// <c>TensorPrimitives.Dot</c> runs unoptimised in a fresh process until the runtime has seen it often enough, which took the first
    /// searches ten times as long.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        right = right[..left.Length];
        var (sums, more) = (Vector<float>.Zero, Vector<float>.Zero);
        var i = 0;
        for (; i + (2 * Vector<float>.Count) <= left.Length; i += 2 * Vector<float>.Count)
        {
            sums = Vector.MultiplyAddEstimate(new Vector<float>(left[i..]), new Vector<float>(right[i..]), sums);
            more = Vector.MultiplyAddEstimate(
                new Vector<float>(left[(i + Vector<float>.Count)..]), new Vector<float>(right[(i + Vector<float>.Count)..]), more);
        }

        var sum = Vector.Sum(sums + more);
        for (; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    /// <returns>False if the vector has no direction (all zeros, or numbers that are not finite). It is then left unchanged.</returns>
    public static bool TryScale(Span<float> vector)
    {
        var length = TensorPrimitives.Norm<float>(vector);
        if (length is > Shortest and < Longest)
        {
            TensorPrimitives.Divide(vector, length, vector);
            return true;
        }

        // Very long and very short vectors have a direction too: [1e20,0] and [1e-30,0] point where [1,0] points. The square of a
        // float always fits into a double.
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
