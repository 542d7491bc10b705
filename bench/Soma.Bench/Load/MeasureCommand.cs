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
            // With vectors if a measurement asks by vector.
            var hasVectors = plan.Mixes.Contains("search-vector");
            foreach (var space in spaces)
            {
                await target.FillAsync(space, plan.Memories, (key, n) => $$"""{"coord":"{{key}}",{{Mix.Memory(n, 24, hasVectors ? Mix.Vector(n) : null, plan.Vocabulary)[1..]}}""");
            }
        }

        using var bare = await BareEndpoint.StartAsync();
        Console.WriteLine(plan.Describe());
        var rows = new List<Row>();
        foreach (var name in plan.Mixes)
        {
            var mix = Mix.Of(name, spaces, plan.Memories, token, plan.Vocabulary);
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
        // The ceilings are measured as closed loops: they tell what the machine could do, at whatever rate the service is asked.
        var ceiling = load with { Rate = 0 };
        var sides = new List<Side>
        {
            new(service, mix.Requests, load),
            new(bare, [mix.Bare], ceiling),
            new(bare, mix.Echo is null ? [] : [mix.Echo], ceiling),
            new(other ?? service, other is null ? [] : mix.Requests, load),
        };

        for (var run = 0; run < plan.Runs; run++)
        {
            // The sides take turns in going first.
            for (var i = 0; i < sides.Count; i++)
            {
                await sides[(run + i) % sides.Count].MeasureAsync(plan.WarmUp);
            }
        }

        return Row.Of(mix.Name, sides[0].Results, sides[1].Results, sides[2].Results, sides[3].Results);
    }

    /// <summary>A server and what it is asked; without requests it is left out.</summary>
    private sealed record Side(Uri Url, IReadOnlyList<byte[]> Requests, LoadRun Load)
    {
        public List<LoadResult> Results { get; } = [];

        public async Task MeasureAsync(TimeSpan warmUp)
        {
            if (Requests.Count > 0)
            {
                await (Load with { Rate = 0, Time = warmUp }).RunAsync(Url, Requests);
                Results.Add(await Load.RunAsync(Url, Requests));
            }
        }
    }

    /// <summary>What is measured, and how long.</summary>
    private sealed record Plan(
        IReadOnlyList<string> Mixes, int Connections, int Rate, TimeSpan Seconds, TimeSpan WarmUp, int Runs, int Memories, int Namespaces, int Vocabulary)
    {
        public static Plan Read(BenchArguments arguments) => new(
            (arguments.Text("--mixes") ?? "store,get,search").Split(','),
            arguments.Number("--connections", 64, 1_024),
            arguments.Text("--rate") is null ? 0 : arguments.Number("--rate", 1_000, 200_000),
            TimeSpan.FromSeconds(arguments.Number("--seconds", 3, 300)),
            TimeSpan.FromSeconds(arguments.Number("--warm-up", 2, 120)),
            arguments.Number("--runs", 5, 50),
            arguments.Number("--memories", 10_000, 1_000_000),
            arguments.Number("--namespaces", 1, 10_000),
            arguments.Number("--vocabulary", BenchWords.Vocabulary, BenchWords.Vocabulary));

        public string Describe() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Memories} memories in each of {Namespaces} namespaces, {Connections} connections, {(Rate == 0 ? "closed loop" : $"{Rate} requests a second")}, medians of {Runs} runs of {Seconds.TotalSeconds} s");
    }

    /// <summary>The medians of one kind of request. Times are in milliseconds; shares and ratios are medians of those of each run.</summary>
    private sealed record Row(
        string Mix, double PerSecond, double P50, double P99, double P999, double Bare, double ShareOfBare, double? ShareOfEcho, double? RatioToOther)
    {
        public static Row Of(string mix, List<LoadResult> service, List<LoadResult> bare, List<LoadResult> echo, List<LoadResult> other) => new(
            mix,
            Median(service.Select(run => run.PerSecond)),
            Median(service.Select(run => run.Milliseconds(50))),
            Median(service.Select(run => run.Milliseconds(99))),
            Median(service.Select(run => run.Milliseconds(99.9))),
            Median(bare.Select(run => run.PerSecond)),
            Median(service.Zip(bare, Ratio)),
            echo.Count == 0 ? null : Median(service.Zip(echo, Ratio)),
            other.Count == 0 ? null : Median(service.Zip(other, Ratio)));

        public string Describe()
        {
            var figures = string.Create(
                CultureInfo.InvariantCulture,
                $"{Mix,-14} {PerSecond,8:F0}/s  p50 {P50,7:F2}  p99 {P99,7:F2}  p99.9 {P999,7:F2} ms  bare {Bare,7:F0}/s  of bare {ShareOfBare:F3}");
            return string.Create(CultureInfo.InvariantCulture, $"{figures}  of echo {Shown(ShareOfEcho)}  to other {Shown(RatioToOther)}");
        }

        private static string Shown(double? ratio) => ratio?.ToString("F3", CultureInfo.InvariantCulture) ?? "-";

        private static double Ratio(LoadResult one, LoadResult two) => one.PerSecond / two.PerSecond;

        private static double Median(IEnumerable<double> values)
        {
            var sorted = values.Order().ToList();
            return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
        }
    }
}
