using System.Globalization;
using System.Text.Json;
using Soma.Bench.Ceilings;

namespace Soma.Bench.Load;

/// <summary>
/// <c>bench measure</c>: measures kinds of requests several times, in turn at the service, at another build of it (<c>--other</c>) and at
/// the bare endpoint, and prints the medians. Ratios are made within a run, so that whatever else the machine did affects both sides.
/// </summary>
public static class MeasureCommand
{
    private const int FillBatch = 500;
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task<int> RunAsync(string[] rest)
    {
        var arguments = new BenchArguments(rest);
        using var service = BenchTarget.Read(arguments);
        using var other = BenchTarget.Read(arguments, "--other");
        if (service is null || arguments.Text("--token") is not { } token)
        {
            await Console.Error.WriteLineAsync("bench measure: needs --url and --token of a service on this machine.");
            return 2;
        }

        var plan = Plan.Read(arguments);
        var spaces = Enumerable.Range(0, plan.Namespaces).Select(_ => $"bench-{Guid.NewGuid():N}"[..20]).ToList();
        foreach (var target in new[] { service, other }.OfType<BenchTarget>())
        {
            await FillAsync(target, spaces, plan);
        }

        using var bare = await BareEndpoint.StartAsync();
        Console.WriteLine(plan.Describe());
        var rows = new List<Row>();
        foreach (var name in plan.Mixes)
        {
            var mix = Mix.Of(name, spaces, plan.Memories, token);
            var row = await MeasureAsync(mix, plan, service.Url, other?.Url, bare.Url);
            Console.WriteLine(row.Describe());
            rows.Add(row);
        }

        if (arguments.Text("--json") is { } file)
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { plan, rows }, Indented));
        }

        return 0;
    }

    private static async Task<Row> MeasureAsync(Mix mix, Plan plan, Uri service, Uri? other, Uri bare)
    {
        var load = new LoadRun(plan.Connections, plan.Rate, plan.Seconds);
        // The ceiling is measured as a closed loop: it tells what the machine could do, at whatever rate the service is asked.
        var ceiling = load with { Rate = 0 };
        var sides = new List<(List<LoadResult> Results, Func<LoadRun, Task<LoadResult>> Run)>();
        Side(service, mix.Requests, load);
        Side(bare, [mix.Ceiling], ceiling);
        if (other is not null)
        {
            Side(other, mix.Requests, load);
        }

        for (var run = 0; run < plan.Runs; run++)
        {
            // The sides take turns in going first.
            for (var i = 0; i < sides.Count; i++)
            {
                var (results, measure) = sides[(run + i) % sides.Count];
                results.Add(await measure(load));
            }
        }

        return Row.Of(mix.Name, sides[0].Results, sides[1].Results, sides.Count > 2 ? sides[2].Results : null);

        void Side(Uri url, IReadOnlyList<byte[]> requests, LoadRun how) => sides.Add(([], async _ =>
        {
            await (how with { Rate = 0, Time = plan.WarmUp }).RunAsync(url, requests);
            return await how.RunAsync(url, requests);
        }));
    }

    /// <summary>Stores the memories <c>0,0</c> to <c>memories-1,0</c> in each namespace, with vectors if a measurement asks by vector.</summary>
    private static async Task FillAsync(BenchTarget target, IReadOnlyList<string> spaces, Plan plan)
    {
        var hasVectors = plan.Mixes.Contains("search-vector");
        foreach (var space in spaces)
        {
            for (var from = 0; from < plan.Memories; from += FillBatch)
            {
                var items = Enumerable.Range(from, Math.Min(FillBatch, plan.Memories - from))
                    .Select(n => string.Create(CultureInfo.InvariantCulture, $$"""{"coord":"{{n}},0",{{Mix.Memory(n, 24, hasVectors ? Mix.Vector(n) : null)[1..]}}"""));
                await target.PostAsync("memories/batch", space, BenchTarget.Batch(items));
            }
        }
    }

    /// <summary>What is measured, and how long.</summary>
    private sealed record Plan(
        IReadOnlyList<string> Mixes, int Connections, int Rate, TimeSpan Seconds, TimeSpan WarmUp, int Runs, int Memories, int Namespaces)
    {
        public static Plan Read(BenchArguments arguments) => new(
            (arguments.Text("--mixes") ?? "store,get,search").Split(','),
            arguments.Number("--connections", 64, 1_024),
            arguments.Text("--rate") is null ? 0 : arguments.Number("--rate", 1_000, 200_000),
            TimeSpan.FromSeconds(arguments.Number("--seconds", 3, 300)),
            TimeSpan.FromSeconds(arguments.Number("--warm-up", 2, 120)),
            arguments.Number("--runs", 5, 50),
            arguments.Number("--memories", 10_000, 1_000_000),
            arguments.Number("--namespaces", 1, 10_000));

        public string Describe() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Memories} memories in each of {Namespaces} namespaces, {Connections} connections, {(Rate == 0 ? "closed loop" : $"{Rate} requests a second")}, medians of {Runs} runs of {Seconds.TotalSeconds} s");
    }

    /// <summary>The medians of one kind of request. Times are in milliseconds; shares and ratios are medians of those of each run.</summary>
    private sealed record Row(string Mix, double PerSecond, double P50, double P99, double P999, double Bare, double ShareOfBare, double? Other, double? RatioToOther)
    {
        public static Row Of(string mix, List<LoadResult> service, List<LoadResult> bare, List<LoadResult>? other) => new(
            mix,
            Median(service.Select(run => run.PerSecond)),
            Median(service.Select(run => run.Milliseconds(50))),
            Median(service.Select(run => run.Milliseconds(99))),
            Median(service.Select(run => run.Milliseconds(99.9))),
            Median(bare.Select(run => run.PerSecond)),
            Median(service.Zip(bare, (one, two) => one.PerSecond / two.PerSecond)),
            other is null ? null : Median(other.Select(run => run.PerSecond)),
            other is null ? null : Median(service.Zip(other, (one, two) => one.PerSecond / two.PerSecond)));

        public string Describe() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Mix,-14} {PerSecond,8:F0}/s  p50 {P50,7:F2}  p99 {P99,7:F2}  p99.9 {P999,7:F2} ms  bare {Bare,7:F0}/s  share {ShareOfBare:F3}{(Other is null ? "" : string.Create(CultureInfo.InvariantCulture, $"  other {Other,7:F0}/s  ratio {RatioToOther:F2}"))}");

        private static double Median(IEnumerable<double> values)
        {
            var sorted = values.Order().ToList();
            return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
        }
    }
}
