using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Soma.Grains.Searching.Ranking;

/// <summary>Passes over the scores of all positions. NaN stands for no score.</summary>
/// <remarks>
/// The passes are compiled with all optimisations at once, because the first searches of a fresh process would otherwise run them
/// unoptimised. Comparisons with NaN are false, so positions without a score change nothing.
/// </remarks>
internal static class ScoreSpan
{
    /// <summary>The smallest and the largest score; infinities the wrong way round if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Lowest, float Highest) Range(ReadOnlySpan<float> scores)
    {
        var (lowest, highest) = (float.PositiveInfinity, float.NegativeInfinity);
        var (low, high) = (new Vector<float>(lowest), new Vector<float>(highest));
        var i = 0;
        for (; i + Vector<float>.Count <= scores.Length; i += Vector<float>.Count)
        {
            var some = new Vector<float>(scores.Slice(i, Vector<float>.Count));
            low = Vector.ConditionalSelect(Vector.LessThan(some, low), some, low);
            high = Vector.ConditionalSelect(Vector.GreaterThan(some, high), some, high);
        }

        for (; i < scores.Length; i++)
        {
            lowest = scores[i] < lowest ? scores[i] : lowest;
            highest = scores[i] > highest ? scores[i] : highest;
        }

        for (var lane = 0; lane < Vector<float>.Count; lane++)
        {
            lowest = Math.Min(lowest, low[lane]);
            highest = Math.Max(highest, high[lane]);
        }

        return (lowest, highest);
    }

    /// <summary>The first position of the lowest score; −1 if there is none.</summary>
    public static int IndexOfLowest(ReadOnlySpan<float> scores) => scores.IndexOf(Range(scores).Lowest);

    /// <summary>The next position from <paramref name="from"/> on whose score is at most one bound or at least the other; the length if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int NextOutside(ReadOnlySpan<float> scores, int from, float atMost, float atLeast)
    {
        var (low, high) = (new Vector<float>(atMost), new Vector<float>(atLeast));
        var i = from;
        while (i < scores.Length)
        {
            for (; i + Vector<float>.Count <= scores.Length; i += Vector<float>.Count)
            {
                var some = new Vector<float>(scores.Slice(i, Vector<float>.Count));
                if (Vector.BitwiseOr(Vector.LessThanOrEqual(some, low), Vector.GreaterThanOrEqual(some, high)) != Vector<int>.Zero)
                {
                    break;
                }
            }

            for (var end = Math.Min(scores.Length, i + Vector<float>.Count); i < end; i++)
            {
                if (scores[i] <= atMost || scores[i] >= atLeast)
                {
                    return i;
                }
            }
        }

        return scores.Length;
    }

    /// <summary>Adds each score, scaled from its range to 0–<paramref name="weight"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(in RangedScores ranged, Span<float> sums, float weight)
    {
        var scores = ranged.Scores;
        var (lowest, factor) = (ranged.Lowest, weight / ranged.Range);
        var (low, most, factors) = (new Vector<float>(lowest), new Vector<float>(weight), new Vector<float>(factor));
        var i = 0;
        for (; i + Vector<float>.Count <= scores.Length; i += Vector<float>.Count)
        {
            var some = new Vector<float>(scores.Slice(i, Vector<float>.Count));
            var scaled = Vector.Min((some - low) * factors, most);
            var sum = sums.Slice(i, Vector<float>.Count);
            (new Vector<float>(sum) + Vector.ConditionalSelect(Vector.GreaterThan(some, low), scaled, Vector<float>.Zero)).CopyTo(sum);
        }

        for (; i < scores.Length; i++)
        {
            sums[i] += scores[i] > lowest ? Math.Min((scores[i] - lowest) * factor, weight) : 0;
        }
    }

    /// <summary>
    /// Gives the scores of <paramref name="to"/> what those of <paramref name="from"/> lose, as far as <paramref name="trust"/> at a
    /// position is less than the trust that <paramref name="sums"/> rest on. Both are scaled from their ranges to 0–<paramref name="weight"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Shift(in RangedScores to, in RangedScores from, ReadOnlySpan<float> trust, float assumed, float weight, Span<float> sums)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= sums.Length; i += Vector<float>.Count)
        {
            var lost = Vector.Max(Vector<float>.Zero, new Vector<float>(assumed) - new Vector<float>(trust.Slice(i, Vector<float>.Count)));
            if (lost != Vector<float>.Zero)
            {
                var sum = sums.Slice(i, Vector<float>.Count);
                (new Vector<float>(sum) + (weight * lost * (to.ScaledAt(i) - from.ScaledAt(i)))).CopyTo(sum);
            }
        }

        for (; i < sums.Length; i++)
        {
            sums[i] += weight * Math.Max(0, assumed - trust[i]) * (to.Scaled(i) - from.Scaled(i));
        }
    }

    /// <summary>Adds <paramref name="gains"/> to <paramref name="sums"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<float> gains, Span<float> sums)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= gains.Length; i += Vector<float>.Count)
        {
            var sum = sums.Slice(i, Vector<float>.Count);
            (new Vector<float>(sum) + new Vector<float>(gains.Slice(i, Vector<float>.Count))).CopyTo(sum);
        }

        for (; i < gains.Length; i++)
        {
            sums[i] += gains[i];
        }
    }

    /// <summary>The least of the <paramref name="count"/> best scores; negative infinity if there are fewer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float LeastOfBest(ReadOnlySpan<float> scores, int count)
    {
        if (count > scores.Length)
        {
            return float.NegativeInfinity;
        }

        // A heap with its least score first. It is full of the lowest number at the beginning.
        var heap = ArrayPool<float>.Shared.Rent(count);
        var best = heap.AsSpan(0, count);
        best.Fill(float.NegativeInfinity);
        for (var i = NextOutside(scores, 0, float.NegativeInfinity, float.MinValue); i < scores.Length;
            i = NextOutside(scores, i + 1, float.NegativeInfinity, MathF.BitIncrement(best[0])))
        {
            ReplaceLeast(best, scores[i]);
        }

        var least = best[0];
        ArrayPool<float>.Shared.Return(heap);
        return least;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReplaceLeast(Span<float> heap, float score)
    {
        var at = 0;
        for (var child = 1; child < heap.Length; child = (2 * at) + 1)
        {
            child += child + 1 < heap.Length && heap[child + 1] < heap[child] ? 1 : 0;
            if (heap[child] >= score)
            {
                break;
            }

            heap[at] = heap[child];
            at = child;
        }

        heap[at] = score;
    }
}

/// <summary>Scores, and the range from which they are scaled to 0–1.</summary>
/// <param name="scores">NaN where there is none, which scales to 0.</param>
/// <param name="lowest">Scales to 0.</param>
/// <param name="range">The highest score minus the lowest; above 0.</param>
internal readonly ref struct RangedScores(ReadOnlySpan<float> scores, float lowest, float range)
{
    public ReadOnlySpan<float> Scores { get; } = scores;

    public float Lowest => lowest;

    public float Range => range;

    public float Scaled(int at) => Scores[at] > lowest ? Math.Min((Scores[at] - lowest) / range, 1) : 0;

    /// <summary>As many scaled scores as a vector holds, from a position on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<float> ScaledAt(int at)
    {
        var (some, low) = (new Vector<float>(Scores.Slice(at, Vector<float>.Count)), new Vector<float>(lowest));
        var scaled = Vector.Min((some - low) * new Vector<float>(1 / range), Vector<float>.One);
        return Vector.ConditionalSelect(Vector.GreaterThan(some, low), scaled, Vector<float>.Zero);
    }
}
