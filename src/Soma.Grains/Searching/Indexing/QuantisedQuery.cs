using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Soma.Grains.Searching.Indexing;

/// <summary>A query vector as whole numbers, for scalar products with int8 vectors.</summary>
/// <remarks>
/// The query keeps 12 bits for each number, so that practically all of the error comes from the stored vector. Products of 7 and
/// 12 bits, two of them added before they are summed, stay within 32 bits up to 4,096 dimensions; longer vectors keep fewer bits.
/// </remarks>
internal sealed class QuantisedQuery
{
    private const int LargestCode = 127;
    private const int LargestNumber = 4095;

    // A stored number is off by half a step, and by a little more because the step itself is rounded.
    private const float HalfStep = 0.5001f;

    // What the rounding of float32 adds to an exact product, for each number of vectors of length 1.
    private const float RoundingPerNumber = 2.4e-7f;

    private readonly short[] _numbers;
    private readonly float _scale;
    private readonly float _magnitude;

    public QuantisedQuery(ReadOnlySpan<float> query)
    {
        _numbers = new short[query.Length];
        var limit = Math.Clamp(int.MaxValue / (LargestCode * Math.Max(1, query.Length)), 1, LargestNumber);
        var largest = query.IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(query));
        if (largest > 0 && float.IsFinite(largest))
        {
            _scale = largest / limit;
            for (var i = 0; i < query.Length; i++)
            {
                _numbers[i] = (short)MathF.Round(query[i] / _scale);
                _magnitude += Math.Abs(query[i]);
            }
        }
    }

    internal ReadOnlySpan<short> Numbers => _numbers;

    /// <summary>What 1 in <see cref="Numbers"/> stands for.</summary>
    internal float Scale => _scale;

    /// <summary>The scalar product with a stored vector of the same dimension, as precise as its int8 numbers are.</summary>
    public float Dot(ReadOnlySpan<sbyte> codes, float scale) => Sum(codes, _numbers) * scale * _scale;

    /// <summary>Writes the scalar products with consecutive stored vectors, as many as there are <paramref name="scales"/>.</summary>
    public void Score(ReadOnlySpan<sbyte> codes, ReadOnlySpan<float> scales, Span<float> scores)
    {
        var done = Avx512BW.IsSupported && _numbers.Length % Vector256<sbyte>.Count == 0 ? ScoreAvx512(codes, scales, scores) : 0;
        for (var i = done; i < scales.Length; i++)
        {
            scores[i] = Dot(codes.Slice(i * _numbers.Length, _numbers.Length), scales[i]);
        }
    }

    /// <summary>How far <see cref="Dot"/> is at most from the product of the float32 vectors, if the stored vector's scale is at most this one.</summary>
    public float ErrorWith(float scale)
    {
        // The numbers of a vector of length 1 add up to the root of the dimension at most, those of its rounded form to a little more.
        var root = MathF.Sqrt(_numbers.Length);
        return (HalfStep * scale * _magnitude) + (HalfStep * _scale * root * (1 + (HalfStep * scale * root))) + (RoundingPerNumber * _numbers.Length);
    }

    // Four vectors at a time share each load of the query and the final additions. The optimiser must not wait for the loop to become
    // hot: in a fresh process the first hundreds of searches would take ten times as long.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ScoreAvx512(ReadOnlySpan<sbyte> codes, ReadOnlySpan<float> scales, Span<float> scores)
    {
        var dimension = (nuint)_numbers.Length;
        var count = scales.Length & ~3;
        ref var number = ref MemoryMarshal.GetArrayDataReference(_numbers);
        ref var code = ref MemoryMarshal.GetReference(codes);
        ref var scale = ref MemoryMarshal.GetReference(scales);
        ref var score = ref MemoryMarshal.GetReference(scores);
        for (var slot = 0; slot < count; slot += 4)
        {
            var (first, second, third, fourth) = (Vector512<int>.Zero, Vector512<int>.Zero, Vector512<int>.Zero, Vector512<int>.Zero);
            for (nuint i = 0; i < dimension; i += (nuint)Vector256<sbyte>.Count)
            {
                var numbers = Vector512.LoadUnsafe(ref number, i);
                first += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref code, i)), numbers);
                second += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref code, dimension + i)), numbers);
                third += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref code, (2 * dimension) + i)), numbers);
                fourth += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref code, (3 * dimension) + i)), numbers);
            }

            var sums = QuantisedQueries.SumsOf(first, second, third, fourth);
            (Vector128.ConvertToSingle(sums) * Vector128.LoadUnsafe(ref scale, (nuint)slot) * _scale).StoreUnsafe(ref score, (nuint)slot);
            code = ref Unsafe.Add(ref code, 4 * dimension);
        }

        return count;
    }

    // All paths below return the same whole number, which tests check.
    private static int Sum(ReadOnlySpan<sbyte> codes, ReadOnlySpan<short> numbers) =>
        Avx512BW.IsSupported ? SumAvx512(codes, numbers)
        : Avx2.IsSupported ? SumAvx2(codes, numbers)
        : Vector128.IsHardwareAccelerated ? SumVector128(codes, numbers)
        : SumFrom(0, codes, numbers);

    internal static int SumAvx512(ReadOnlySpan<sbyte> codes, ReadOnlySpan<short> numbers)
    {
        ref var code = ref MemoryMarshal.GetReference(codes);
        ref var number = ref MemoryMarshal.GetReference(numbers);
        var (sums, more) = (Vector512<int>.Zero, Vector512<int>.Zero);
        var i = 0;
        for (; i + 64 <= codes.Length; i += 64)
        {
            sums += Avx512BW.MultiplyAddAdjacent(
                Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref code, (nuint)i)), Vector512.LoadUnsafe(ref number, (nuint)i));
            more += Avx512BW.MultiplyAddAdjacent(
                Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref code, (nuint)i + 32)), Vector512.LoadUnsafe(ref number, (nuint)i + 32));
        }

        return Vector512.Sum(sums + more) + SumFrom(i, codes, numbers);
    }

    internal static int SumAvx2(ReadOnlySpan<sbyte> codes, ReadOnlySpan<short> numbers)
    {
        ref var code = ref MemoryMarshal.GetReference(codes);
        ref var number = ref MemoryMarshal.GetReference(numbers);
        var (sums, more) = (Vector256<int>.Zero, Vector256<int>.Zero);
        var i = 0;
        for (; i + 32 <= codes.Length; i += 32)
        {
            sums += Avx2.MultiplyAddAdjacent(
                Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref code, (nuint)i)), Vector256.LoadUnsafe(ref number, (nuint)i));
            more += Avx2.MultiplyAddAdjacent(
                Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref code, (nuint)i + 16)), Vector256.LoadUnsafe(ref number, (nuint)i + 16));
        }

        return Vector256.Sum(sums + more) + SumFrom(i, codes, numbers);
    }

    internal static int SumVector128(ReadOnlySpan<sbyte> codes, ReadOnlySpan<short> numbers)
    {
        ref var code = ref MemoryMarshal.GetReference(codes);
        ref var number = ref MemoryMarshal.GetReference(numbers);
        var sums = Vector128<int>.Zero;
        var i = 0;
        for (; i + 16 <= codes.Length; i += 16)
        {
            var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref code, (nuint)i));
            sums += Products(low, Vector128.LoadUnsafe(ref number, (nuint)i)) + Products(high, Vector128.LoadUnsafe(ref number, (nuint)i + 8));
        }

        return Vector128.Sum(sums) + SumFrom(i, codes, numbers);
    }

    internal static int SumFrom(int start, ReadOnlySpan<sbyte> codes, ReadOnlySpan<short> numbers)
    {
        var sum = 0;
        for (var i = start; i < codes.Length; i++)
        {
            sum += codes[i] * numbers[i];
        }

        return sum;
    }

    private static Vector128<int> Products(Vector128<short> left, Vector128<short> right)
    {
        var ((lowLeft, highLeft), (lowRight, highRight)) = (Vector128.Widen(left), Vector128.Widen(right));
        return (lowLeft * lowRight) + (highLeft * highRight);
    }
}
