using System.Diagnostics;
using System.Globalization;

namespace Soma.Bench.Load;

/// <summary>
/// <c>bench load</c>: measures throughput and latencies of stores, GETs and searches, one kind after the other. Each
/// connection sends its next request when the last one was answered (a closed loop).
/// </summary>
public static class LoadCommand
{
    private const int BatchSize = 500;

    public static async Task<int> RunAsync(string[] rest)
    {
        var arguments = new BenchArguments(rest);
        using var target = BenchTarget.Read(arguments);
        if (target is null)
        {
            await Console.Error.WriteLineAsync("bench load: needs --url and --token of a service on this machine.");
            return 2;
        }

        var connections = arguments.Number("--connections", 16, 256);
        var duration = TimeSpan.FromSeconds(arguments.Number("--seconds", 10, 300));
        var memories = arguments.Number("--memories", 10_000, 200_000);
        var space = $"bench-load-{Guid.NewGuid():N}"[..20];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{memories} memories in {space}, {connections} connections, {duration.TotalSeconds} s each"));
        await FillAsync(target, space, memories);

        await MeasureAsync("store", connections, duration, (worker, n) => target.PostAsync("memories", space, BenchTarget.Memory($"{worker},{n},1", (worker * 1_000_003) + n)));
        await MeasureAsync("get", connections, duration, (worker, n) => target.GetAsync($"memories/{((worker * 7919) + (n * 31)) % memories},0", space));
        await MeasureAsync("search", connections, duration, (worker, n) => target.PostAsync("memories/search", space, BenchTarget.Query((worker * 1_000_003) + n)));
        return 0;
    }

    /// <summary>Stores the memories <c>0,0</c> to <c>count-1,0</c> in batches.</summary>
    internal static async Task FillAsync(BenchTarget target, string space, int count)
    {
        for (var from = 0; from < count; from += BatchSize)
        {
            var items = Enumerable.Range(from, Math.Min(BatchSize, count - from)).Select(n => BenchTarget.Memory($"{n},0", n));
            await target.PostAsync("memories/batch", space, BenchTarget.Batch(items));
        }
    }

    private static async Task MeasureAsync(string name, int connections, TimeSpan duration, Func<int, int, Task> request)
    {
        var started = Stopwatch.GetTimestamp();
        var workers = await Task.WhenAll(Enumerable.Range(0, connections).Select(worker => Task.Run(() => WorkAsync(worker, started, duration, request))));
        var elapsed = Stopwatch.GetElapsedTime(started);
        var all = new Latencies();
        foreach (var latencies in workers)
        {
            all.Add(latencies);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-8} {all.Count / elapsed.TotalSeconds,9:F0}/s  {all.Describe()}"));
    }

    private static async Task<Latencies> WorkAsync(int worker, long started, TimeSpan duration, Func<int, int, Task> request)
    {
        var latencies = new Latencies();
        for (var n = 0; Stopwatch.GetElapsedTime(started) < duration; n++)
        {
            await latencies.MeasureAsync(() => request(worker, n));
        }

        return latencies;
    }
}
