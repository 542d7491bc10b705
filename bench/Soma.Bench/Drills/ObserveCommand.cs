using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Soma.Bench.Load;

namespace Soma.Bench.Drills;

/// <summary>
/// <c>bench drill-observe</c>: writes one line about each namespace of the drill: the number of memories, the SHA-256
/// of all payloads with their seqs and versions, and the SHA-256 of the answers to its searches. If two such files are
/// equal, the two services gave the same answers.
/// </summary>
internal static class ObserveCommand
{
    private const int Workers = 4;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = new BenchArguments(arguments);
        using var target = BenchTarget.Read(parsed);
        if (target is null || parsed.Text("--out") is not { } file)
        {
            Console.Error.WriteLine("drill-observe needs --url, --token and --out.");
            return 2;
        }

        var plan = DrillPlan.Read(parsed);
        var started = Stopwatch.GetTimestamp();
        var lines = new string[plan.Namespaces];
        var memories = 0L;
        await Parallel.ForEachAsync(Enumerable.Range(0, plan.Namespaces), new ParallelOptions { MaxDegreeOfParallelism = Workers }, async (space, _) =>
        {
            var (count, payloads) = await ListAsync(target, DrillPlan.Space(space));
            Interlocked.Add(ref memories, count);
            lines[space] = $"{DrillPlan.Space(space)} {count} {payloads} {await SearchAsync(target, DrillPlan.Space(space), space)}";
        });
        await File.WriteAllLinesAsync(file, lines);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{memories} payloads and {plan.Namespaces * DrillPlan.Searches} searches read in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s"));
        return 0;
    }

    private static async Task<(long Count, string Hash)> ListAsync(BenchTarget target, string name)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (count, cursor) = (0L, "");
        do
        {
            var page = JsonDocument.Parse(await target.SendAsync(HttpMethod.Get, $"memories?limit=1000{cursor}", name, null)).RootElement;
            foreach (var memory in page.GetProperty("memories").EnumerateArray())
            {
                count++;
                hash.AppendData(Encoding.UTF8.GetBytes(
                    $"{memory.GetProperty("coord")} {memory.GetProperty("seq")} {memory.GetProperty("version")} {memory.GetProperty("payload").GetRawText()}\n"));
            }

            cursor = page.GetProperty("next_cursor").GetString() is { } next ? $"&cursor={Uri.EscapeDataString(next)}" : "";
        }
        while (cursor.Length > 0);
        return (count, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static async Task<string> SearchAsync(BenchTarget target, string name, int space)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var number = 0; number < DrillPlan.Searches; number++)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(await target.SendAsync(HttpMethod.Post, "memories/search", name, DrillPlan.Query(space, number))));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
