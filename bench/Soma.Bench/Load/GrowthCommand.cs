using System.Globalization;

namespace Soma.Bench.Load;

/// <summary>
/// <c>bench growth</c>: measures whether a store takes longer in a larger namespace. A small and a large namespace of
/// one service get new memories in alternating rounds, so that other load on the machine affects both alike.
/// </summary>
public static class GrowthCommand
{
    private const int PerRound = 10;

    public static async Task<int> RunAsync(string[] rest)
    {
        var arguments = new BenchArguments(rest);
        using var target = BenchTarget.Read(arguments);
        if (target is null)
        {
            await Console.Error.WriteLineAsync("bench growth: needs --url and --token of a service on this machine.");
            return 2;
        }

        var (small, large) = (arguments.Number("--small", 100, 10_000), arguments.Number("--large", 100_000, 500_000));
        var rounds = arguments.Number("--rounds", 100, 1_000);
        var run = Guid.NewGuid().ToString("N")[..8];
        var (few, many) = ($"bench-few-{run}", $"bench-many-{run}");
        await target.FillAsync(few, small);
        await target.FillAsync(many, large);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{small} memories in {few}, {large} in {many}; {rounds} rounds of {PerRound} stores into each"));

        var (inFew, inMany) = (new Latencies(), new Latencies());
        for (var round = -2; round < rounds; round++)
        {
            // The first two rounds warm up. The namespaces take turns in going first.
            var (first, second) = round % 2 == 0 ? (few, many) : (many, few);
            foreach (var space in new[] { first, second })
            {
                var latencies = round < 0 ? new Latencies() : space == few ? inFew : inMany;
                await StoreAsync(target, space, round, latencies);
            }
        }

        Console.WriteLine($"at {small,7}: {inFew.Describe()}");
        Console.WriteLine($"at {large,7}: {inMany.Describe()}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio of the medians: {inMany.Median / inFew.Median:F3}"));
        return 0;
    }

    private static async Task StoreAsync(BenchTarget target, string space, int round, Latencies latencies)
    {
        for (var n = 0; n < PerRound; n++)
        {
            var body = BenchTarget.Memory($"{n},1", (round * PerRound) + n);
            await latencies.MeasureAsync(() => target.PostAsync("memories", space, body));
        }

        // The new memories are deleted again, outside of the measured time: so the namespaces keep their sizes, and
        // every measured store creates a memory.
        for (var n = 0; n < PerRound; n++)
        {
            await target.DeleteAsync($"memories/{n},1", space);
        }
    }
}
