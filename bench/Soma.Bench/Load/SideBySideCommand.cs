using System.Diagnostics;
using System.Globalization;

namespace Soma.Bench.Load;

/// <summary>
/// <c>bench side-by-side</c>: sends the same requests to two services in alternating rounds, so that other load on the
/// machine affects both alike. With one service it compares searches with and without <c>accurate</c>.
/// </summary>
public static class SideBySideCommand
{
    public static async Task<int> RunAsync(string[] rest)
    {
        var arguments = new BenchArguments(rest);
        using var one = BenchTarget.Read(arguments);
        using var other = BenchTarget.Read(arguments, "--other");
        if (one is null)
        {
            await Console.Error.WriteLineAsync("bench side-by-side: needs --url and --token of a service on this machine, and --other for a second one.");
            return 2;
        }

        var connections = arguments.Number("--connections", 8, 256);
        var rounds = arguments.Number("--rounds", 6, 100);
        var time = TimeSpan.FromSeconds(arguments.Number("--seconds", 5, 60));
        var memories = arguments.Number("--memories", 10_000, 200_000);
        var space = $"bench-side-{Guid.NewGuid():N}"[..20];
        var second = other is null ? "accurate" : "other";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{memories} memories in {space}, {connections} connections, {rounds} rounds of {time.TotalSeconds} s each"));
        await one.FillAsync(space, memories);
        if (other is not null)
        {
            await other.FillAsync(space, memories);
            await CompareAsync("store", (one, StoreAsync), (other, StoreAsync));
            await CompareAsync("get", (one, GetAsync), (other, GetAsync));
        }

        await CompareAsync("search", (one, SearchAsync), (other ?? one, other is null ? SearchAccuratelyAsync : SearchAsync));
        return 0;

        Task StoreAsync(BenchTarget target, int n) => target.PostAsync("memories", space, BenchTarget.Memory($"{n},1", n));

        Task GetAsync(BenchTarget target, int n) => target.GetAsync($"memories/{n * 31L % memories},0", space);

        Task SearchAsync(BenchTarget target, int n) => target.PostAsync("memories/search", space, BenchTarget.Query(n));

        Task SearchAccuratelyAsync(BenchTarget target, int n) => target.PostAsync("memories/search", space, BenchTarget.Query(n, isAccurate: true));

        async Task CompareAsync(string name, (BenchTarget Target, Func<BenchTarget, int, Task> Send) a, (BenchTarget Target, Func<BenchTarget, int, Task> Send) b)
        {
            var (first, last) = (new Latencies(), new Latencies());
            for (var round = -1; round < rounds; round++)
            {
                // The first round warms up. The services take turns in going first.
                foreach (var isFirst in round % 2 == 0 ? new[] { true, false } : [false, true])
                {
                    var (target, send) = isFirst ? a : b;
                    var latencies = await RunAsync(connections, time, n => send(target, ((round + 2) * 10_000_019) + n));
                    if (round >= 0)
                    {
                        (isFirst ? first : last).Add(latencies);
                    }
                }
            }

            var seconds = rounds * time.TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-8} {"one",-8} {first.Count / seconds,8:F0}/s  {first.Describe()}"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-8} {second,-8} {last.Count / seconds,8:F0}/s  {last.Describe()}"));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-8} one : {second} = {(double)first.Count / last.Count:F2} in throughput, {first.Median / last.Median:F2} in p50, {first.Percentile(0.99) / last.Percentile(0.99):F2} in p99"));
        }
    }

    private static async Task<Latencies> RunAsync(int connections, TimeSpan time, Func<int, Task> request)
    {
        var started = Stopwatch.GetTimestamp();
        var workers = await Task.WhenAll(Enumerable.Range(0, connections).Select(worker => Task.Run(async () =>
        {
            var latencies = new Latencies();
            for (var n = 0; Stopwatch.GetElapsedTime(started) < time; n++)
            {
                await latencies.MeasureAsync(() => request((worker * 100_003) + n));
            }

            return latencies;
        })));
        var all = new Latencies();
        foreach (var latencies in workers)
        {
            all.Add(latencies);
        }

        return all;
    }
}
