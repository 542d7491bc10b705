using System.Diagnostics;
using System.Globalization;

namespace Soma.Bench.Load;

/// <summary>
/// Records the time of every request of a measurement, without sampling, so that percentiles are exact.
/// </summary>
public sealed class Latencies
{
    private readonly List<double> _milliseconds = [];

    public int Count => _milliseconds.Count;

    public double Median => Percentile(0.5);

    public async Task MeasureAsync(Func<Task> request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var started = Stopwatch.GetTimestamp();
        await request();
        _milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    public void Add(Latencies other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _milliseconds.AddRange(other._milliseconds);
    }

    /// <summary>
    /// The nearest-rank percentile: at least this share of the requests took at most the returned time; 0 if there were
    /// no requests.
    /// </summary>
    public double Percentile(double share)
    {
        _milliseconds.Sort();
        return Count == 0 ? 0 : _milliseconds[Math.Clamp((int)Math.Ceiling(share * Count) - 1, 0, Count - 1)];
    }

    public string Describe() => string.Create(
        CultureInfo.InvariantCulture, $"n {Count,7}  p50 {Percentile(0.5),8:F2} ms  p90 {Percentile(0.9),8:F2} ms  p99 {Percentile(0.99),8:F2} ms  max {Percentile(1),8:F2} ms");
}
