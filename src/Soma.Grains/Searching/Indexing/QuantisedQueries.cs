using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Soma.Grains.Searching.Indexing;

/// <summary>Scores consecutive stored vectors by several queries of the same dimension.</summary>
internal static class QuantisedQueries
{
    private const int Together = 4;

    /// <summary>Writes the scalar products as <see cref="QuantisedQuery.Score"/> does, each query's from <paramref name="position"/> on in its own scores.</summary>
    public static void Score(QuantisedQuery[] queries, ReadOnlySpan<sbyte> codes, ReadOnlySpan<float> scales, float[][] scores, int position)
    {
        // With fewer than three of four queries, comparing each on its own is faster. The vectors come from the cache then.
        var canShare = Avx512BW.IsSupported && queries[0].Numbers.Length % Vector256<sbyte>.Count == 0 && scales.Length % 2 == 0;
        for (var first = 0; first < queries.Length; first += Together)
        {
            var count = Math.Min(Together, queries.Length - first);
            if (canShare && count >= Together - 1)
            {
                var last = first + count - 1;
                ScoreFour(
                    (queries[first], queries[first + 1], queries[first + 2], queries[last]), codes, scales,
                    (scores[first], scores[first + 1], scores[first + 2], scores[last]), position);
                continue;
            }

            for (var i = first; i < first + count; i++)
            {
                queries[i].Score(codes, scales, scores[i].AsSpan(position, scales.Length));
            }
        }
    }

    // Two vectors and four queries at a time: eight sums, and each number of a vector is widened once for four queries.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScoreFour(
        (QuantisedQuery A, QuantisedQuery B, QuantisedQuery C, QuantisedQuery D) queries,
        ReadOnlySpan<sbyte> codes,
        ReadOnlySpan<float> scales,
        (float[] A, float[] B, float[] C, float[] D) scores,
        int position)
    {
        var dimension = (nuint)queries.A.Numbers.Length;
        ref var a = ref MemoryMarshal.GetReference(queries.A.Numbers);
        ref var b = ref MemoryMarshal.GetReference(queries.B.Numbers);
        ref var c = ref MemoryMarshal.GetReference(queries.C.Numbers);
        ref var d = ref MemoryMarshal.GetReference(queries.D.Numbers);
        ref var code = ref MemoryMarshal.GetReference(codes);
        var steps = Vector128.Create(queries.A.Scale, queries.B.Scale, queries.C.Scale, queries.D.Scale);
        for (var slot = 0; slot < scales.Length; slot += 2)
        {
            var (a0, b0, c0, d0) = (Vector512<int>.Zero, Vector512<int>.Zero, Vector512<int>.Zero, Vector512<int>.Zero);
            var (a1, b1, c1, d1) = (Vector512<int>.Zero, Vector512<int>.Zero, Vector512<int>.Zero, Vector512<int>.Zero);
            for (nuint i = 0; i < dimension; i += (nuint)Vector256<sbyte>.Count)
            {
                var first = Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref code, i));
                var second = Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref code, dimension + i));
                var numbers = Vector512.LoadUnsafe(ref a, i);
                a0 += Avx512BW.MultiplyAddAdjacent(first, numbers);
                a1 += Avx512BW.MultiplyAddAdjacent(second, numbers);
                numbers = Vector512.LoadUnsafe(ref b, i);
                b0 += Avx512BW.MultiplyAddAdjacent(first, numbers);
                b1 += Avx512BW.MultiplyAddAdjacent(second, numbers);
                numbers = Vector512.LoadUnsafe(ref c, i);
                c0 += Avx512BW.MultiplyAddAdjacent(first, numbers);
                c1 += Avx512BW.MultiplyAddAdjacent(second, numbers);
                numbers = Vector512.LoadUnsafe(ref d, i);
                d0 += Avx512BW.MultiplyAddAdjacent(first, numbers);
                d1 += Avx512BW.MultiplyAddAdjacent(second, numbers);
            }

            Write(SumsOf(a0, b0, c0, d0), scales[slot], steps, scores, position + slot);
            Write(SumsOf(a1, b1, c1, d1), scales[slot + 1], steps, scores, position + slot + 1);
            code = ref Unsafe.Add(ref code, 2 * dimension);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(
        Vector128<int> sums, float scale, Vector128<float> steps, (float[] A, float[] B, float[] C, float[] D) scores, int position)
    {
        var products = Vector128.ConvertToSingle(sums) * scale * steps;
        scores.A[position] = products.GetElement(0);
        scores.B[position] = products.GetElement(1);
        scores.C[position] = products.GetElement(2);
        scores.D[position] = products.GetElement(3);
    }

    /// <summary>The sum of each vector's numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> SumsOf(Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d) =>
        Ssse3.HorizontalAdd(Ssse3.HorizontalAdd(Fold(a), Fold(b)), Ssse3.HorizontalAdd(Fold(c), Fold(d)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Fold(Vector512<int> sums)
    {
        var half = sums.GetLower() + sums.GetUpper();
        return half.GetLower() + half.GetUpper();
    }
}
