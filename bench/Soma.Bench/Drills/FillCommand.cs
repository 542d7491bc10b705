using System.Diagnostics;
using System.Globalization;
using Soma.Bench.Load;

namespace Soma.Bench.Drills;

/// <summary><c>bench drill-fill</c>: writes the namespaces of the restore drill through a running service.</summary>
internal static class FillCommand
{
    private const int BatchSize = 500;
    private const int Workers = 4;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = new BenchArguments(arguments);
        using var target = BenchTarget.Read(parsed);
        if (target is null)
        {
            Console.Error.WriteLine("drill-fill needs --url and --token.");
            return 2;
        }

        var plan = DrillPlan.Read(parsed);
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, plan.Namespaces), new ParallelOptions { MaxDegreeOfParallelism = Workers }, async (space, _) => await FillAsync(target, plan, space));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Namespaces} namespaces of {plan.PerNamespace} memories made in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s"));
        return 0;
    }

    private static async Task FillAsync(BenchTarget target, DrillPlan plan, int space)
    {
        var name = DrillPlan.Space(space);
        await StoreAsync(target, name, space, Enumerable.Range(0, plan.PerNamespace), 1);
        // To create a history, a tenth of the memories is replaced, a twentieth of all is replaced again, and two in a
        // hundred are deleted.
        await StoreAsync(target, name, space, Enumerable.Range(0, plan.PerNamespace).Where(memory => memory % 10 == 3), 2);
        await StoreAsync(target, name, space, Enumerable.Range(0, plan.PerNamespace).Where(memory => memory % 200 == 3), 3);
        for (var memory = 0; memory < plan.PerNamespace; memory += 5)
        {
            await target.PostAsync("graph/link", name, string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"from_coord":"{{DrillPlan.Coordinate(memory)}}","to_coord":"{{DrillPlan.Coordinate((memory * 7) % plan.PerNamespace)}}","link_type":"leads","strength":{{memory % 10 * 0.1}} }"""));
        }

        for (var memory = 49; memory < plan.PerNamespace; memory += 50)
        {
            await target.DeleteAsync($"memories/{DrillPlan.Coordinate(memory)}", name);
        }
    }

    private static async Task StoreAsync(BenchTarget target, string name, int space, IEnumerable<int> memories, int version)
    {
        foreach (var batch in memories.Chunk(BatchSize))
        {
            await target.PostAsync("memories/batch", name, BenchTarget.Batch(batch.Select(memory => DrillPlan.Memory(space, memory, version))));
        }
    }
}
