using System.Globalization;

namespace Soma.Bench.Load;

/// <summary>
/// <c>bench noisy</c>: what quiet namespaces see while one namespace sends a hundred times as much as each of them. Rounds with and without
/// the noise alternate, so that other load on the machine affects both alike.
/// </summary>
public static class NoisyCommand
{
    private const int Factor = 100;

    public static async Task<int> RunAsync(string[] rest)
    {
        var arguments = new BenchArguments(rest);
        using var target = BenchTarget.Read(arguments);
        if (target is null)
        {
            await Console.Error.WriteLineAsync("bench noisy: needs --url and --token of a service on this machine.");
            return 2;
        }

        var quiet = arguments.Number("--quiet", 4, 64);
        var rate = arguments.Number("--rate", 4, 100);
        var connections = arguments.Number("--connections", 64, 512);
        var rounds = arguments.Number("--rounds", 5, 100);
        var time = TimeSpan.FromSeconds(arguments.Number("--seconds", 10, 60));
        var memories = arguments.Number("--memories", 2_000, 100_000);
        var run = $"bench-noisy-{Guid.NewGuid():N}"[..20];
        string[] spaces = [.. Enumerable.Range(0, quiet + 1).Select(i => string.Create(CultureInfo.InvariantCulture, $"{run}-{i}"))];
        foreach (var space in spaces)
        {
            await target.FillAsync(space, memories);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{quiet} quiet namespaces at {rate}/s each, one at {rate * Factor}/s, {memories} memories each, {rounds} rounds of {time.TotalSeconds} s"));
        foreach (var name in (arguments.Text("--mixes") ?? "store,search").Split(','))
        {
            var mix = Mix.Of(name, spaces[1..], memories, arguments.Text("--token")!);
            var noise = Mix.Of(name, spaces[..1], memories, arguments.Text("--token")!);
            var (alone, beside) = (new List<LoadResult>(), new List<LoadResult>());
            for (var round = -1; round < rounds; round++)
            {
                var calm = await new LoadRun(16, rate * quiet, time).RunAsync(target.Url, mix.Requests);
                var loud = new LoadRun(connections, rate * Factor, time).RunAsync(target.Url, noise.Requests);
                var pressed = await new LoadRun(16, rate * quiet, time).RunAsync(target.Url, mix.Requests);
                var sent = await loud;
                // The first round warms up.
                if (round >= 0)
                {
                    alone.Add(calm);
                    beside.Add(pressed);
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-8} round {round}: noise {sent.PerSecond:F0}/s  {Describe("alone", calm)}  {Describe("beside", pressed)}"));
                }
            }

            var (before, after) = (Median(alone, 99), Median(beside, 99));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-8} medians: p50 {Median(alone, 50):F2} -> {Median(beside, 50):F2} ms, p99 {before:F2} -> {after:F2} ms ({(after / before) - 1:+0 %;-0 %})"));
        }

        return 0;
    }

    private static string Describe(string name, LoadResult result) => string.Create(
        CultureInfo.InvariantCulture, $"{name} p50 {result.Milliseconds(50):F2} p99 {result.Milliseconds(99):F2} ms");

    private static double Median(List<LoadResult> results, double percentile) =>
        results.Select(result => result.Milliseconds(percentile)).Order().ElementAt(results.Count / 2);
}
