using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using Soma.Bench.Load;

namespace Soma.Bench.Ceilings;

/// <summary>
/// <c>bench scan-ceiling</c>: how often a second one core goes through all vectors of a namespace, 384 numbers of one byte each, and
/// nothing else. An exact search by vector reads the same bytes, so it cannot be faster.
/// </summary>
public static class ScanCeilingCommand
{
    private const int Dimensions = 384;

    public static int Run(string[] rest)
    {
        var arguments = new BenchArguments(rest);
        var memories = arguments.Number("--memories", 10_000, 2_000_000);
        var time = TimeSpan.FromSeconds(arguments.Number("--seconds", 3, 60));
        var vectors = new sbyte[(long)memories * Dimensions];
        new Random(1).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(vectors.AsSpan()));
        var (scans, best, started) = (0, 0, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            best = Math.Max(best, Scan(vectors, scans++ % memories));
        }

        var perSecond = scans / Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"scan of {memories} vectors of {Dimensions} bytes  {perSecond,8:F0} scans/s  {perSecond * vectors.Length / 1e9:F1} GB/s  (best {best})"));
        return 0;
    }

    private static int Scan(ReadOnlySpan<sbyte> vectors, int at)
    {
        var query = vectors.Slice(at * Dimensions, Dimensions);
        var best = int.MinValue;
        for (var from = 0; from < vectors.Length; from += Dimensions)
        {
            best = Math.Max(best, Dot(query, vectors.Slice(from, Dimensions)));
        }

        return best;
    }

    private static int Dot(ReadOnlySpan<sbyte> a, ReadOnlySpan<sbyte> b)
    {
        var sum = Vector256<int>.Zero;
        for (var i = 0; i < a.Length; i += Vector128<sbyte>.Count)
        {
            var (x, y) = (Vector256.WidenLower(Vector128.Create(a[i..]).ToVector256()), Vector256.WidenLower(Vector128.Create(b[i..]).ToVector256()));
            var (low, high) = Vector256.Widen(x * y);
            sum += low + high;
        }

        return Vector256.Sum(sum);
    }
}
