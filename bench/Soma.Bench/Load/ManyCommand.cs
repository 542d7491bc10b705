using System.Diagnostics;
using System.Globalization;

namespace Soma.Bench.Load;

/// <summary>
/// <c>bench many</c>: measures many small namespaces. It writes a batch into each while it samples the process's memory
/// and the service's gauges, and then reads from random namespaces that were not used for long.
/// </summary>
public static class ManyCommand
{
    private const int BatchSize = 100;
    private const int Samples = 300;
    private const int Connections = 8;

    public static async Task<int> RunAsync(string[] rest)
    {
        var arguments = new BenchArguments(rest);
        using var target = BenchTarget.Read(arguments);
        if (target is null)
        {
            await Console.Error.WriteLineAsync("bench many: needs --url and --token of a service on this machine, and --pid for its memory.");
            return 2;
        }

        var namespaces = arguments.Number("--namespaces", 2_000, 20_000);
        var batches = Math.Max(1, arguments.Number("--memories", 200_000, 1_000_000) / BatchSize / namespaces);
        var watch = new MemoryWatch(target, arguments.Number("--pid", 0, int.MaxValue));
        var prefix = $"bench-many-{Guid.NewGuid().ToString("N")[..8]}";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{namespaces} namespaces {prefix}-…, {batches} batches of {BatchSize} memories each"));
        await watch.SampleAsync("before");
        await WriteAsync(target, prefix, namespaces, batches, watch);
        await watch.SampleAsync("written");
        await ReadBackAsync(target, prefix, namespaces, batches);
        await watch.SampleAsync("read back");
        return 0;
    }

    private static async Task WriteAsync(BenchTarget target, string prefix, int namespaces, int batches, MemoryWatch watch)
    {
        var written = 0;
        var all = namespaces * batches;
        var latencies = new Latencies[Connections];
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async worker =>
        {
            latencies[worker] = new Latencies();
            for (var batch = worker; batch < all; batch += Connections)
            {
                var first = batch / namespaces * BatchSize;
                var body = BenchTarget.Batch(Enumerable.Range(first, BatchSize).Select(n => BenchTarget.Memory($"{n},0", (batch * BatchSize) + n)));
                await latencies[worker].MeasureAsync(() => target.PostAsync("memories/batch", $"{prefix}-{batch % namespaces}", body));
                var done = Interlocked.Increment(ref written);
                if (done % Math.Max(1, all / 10) == 0)
                {
                    await watch.SampleAsync(string.Create(CultureInfo.InvariantCulture, $"{done * BatchSize} memories"));
                }
            }
        }));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"batches  {all * BatchSize / Stopwatch.GetElapsedTime(started).TotalSeconds,9:F0} memories/s  {Sum(latencies).Describe()}"));
    }

    private static async Task ReadBackAsync(BenchTarget target, string prefix, int namespaces, int batches)
    {
        var random = new Random(1);
        var (gets, searches) = (new Latencies(), new Latencies());
        var missing = 0;
        for (var sample = 0; sample < Samples; sample++)
        {
            var (space, n) = (random.Next(namespaces), random.Next(batches * BatchSize));
            var name = $"{prefix}-{space}";
            var batch = (n / BatchSize * namespaces) + space;
            var text = BenchWords.Sentence((batch * BatchSize) + n, 24);
            var (got, found) = ("", "");
            await gets.MeasureAsync(async () => got = await target.SendAsync(HttpMethod.Get, $"memories/{n},0", name, null));
            await searches.MeasureAsync(async () => found = await target.SendAsync(HttpMethod.Post, "memories/search", name, $$"""{"query":"{{text}}","top_k":1}"""));
            missing += got.Contains(text, StringComparison.Ordinal) && found.Contains(text, StringComparison.Ordinal) ? 0 : 1;
        }

        Console.WriteLine($"cold get     {gets.Describe()}");
        Console.WriteLine($"then search  {searches.Describe()}");
        Console.WriteLine($"missing or wrong: {missing} of {Samples}");
    }

    private static Latencies Sum(IEnumerable<Latencies> parts)
    {
        var all = new Latencies();
        foreach (var part in parts)
        {
            all.Add(part);
        }

        return all;
    }
}
