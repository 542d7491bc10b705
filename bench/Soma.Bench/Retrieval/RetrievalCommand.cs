using System.Text.Json;
using Soma.Bench.Load;

namespace Soma.Bench.Retrieval;

/// <summary>
/// <c>bench retrieval</c>: stores a retrieval set in a running service, asks its questions in several arrangements,
/// prints how well and how fast they were answered, and writes the same figures as JSON.
/// </summary>
public static class RetrievalCommand
{
    private const int TopK = 20;

    public static async Task<int> RunAsync(string[] rest)
    {
        var arguments = new BenchArguments(rest);
        var folder = arguments.Text("--eval") ?? Environment.GetEnvironmentVariable("SOMA_EVAL_DIR");
        if (folder is null || arguments.Text("--url") is not { } url || arguments.Text("--token") is not { } token)
        {
            await Console.Error.WriteLineAsync("bench retrieval: needs --eval <folder>, --url and --token.");
            return 2;
        }

        var only = arguments.Text("--only");
        using var target = new HttpTarget(new Uri(url), token);
        var results = await MeasureAsync(
            EvalSet.Load(folder), target, [.. Arrangement.All.Where(one => only is null || one.Name.Contains(only, StringComparison.Ordinal))]);
        if (arguments.Text("--json") is { } file)
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(results, RetrievalResult.JsonOptions));
        }

        return 0;
    }

    private static async Task<List<RetrievalResult>> MeasureAsync(EvalSet set, HttpTarget target, IReadOnlyList<Arrangement> arrangements)
    {
        var conversations = set.Memories.GroupBy(memory => memory.Conv).ToDictionary(group => group.Key, group => group.ToArray());
        var stored = new HashSet<string>();
        var results = new List<RetrievalResult>();
        Console.WriteLine(RetrievalResult.Header);
        foreach (var arrangement in arrangements)
        {
            foreach (var (conversation, memories) in conversations)
            {
                var space = $"{conversation}-{arrangement.Space}";
                if (stored.Add(space))
                {
                    await target.StoreAsync(space, arrangement.Settings, memories);
                    if (arrangement.IsLinked)
                    {
                        await target.LinkAsync(space, memories);
                    }
                }

                if (arrangement.IsRefined)
                {
                    await target.WaitUntilRefinedAsync(space);
                }
            }

            results.AddRange(await AskAsync(set, target, arrangement, conversations));
        }

        return results;
    }

    private static async Task<IReadOnlyList<RetrievalResult>> AskAsync(
        EvalSet set, HttpTarget target, Arrangement arrangement, Dictionary<string, EvalMemory[]> conversations)
    {
        var all = new RetrievalFigures();
        var byCategory = new SortedDictionary<string, RetrievalFigures>(StringComparer.Ordinal);
        var latencies = new Latencies();
        foreach (var query in set.Queries)
        {
            IReadOnlyList<int> found = [];
            await latencies.MeasureAsync(async () =>
                found = await target.SearchAsync($"{query.Conv}-{arrangement.Space}", arrangement.Search(query.Query, TopK)));
            var names = found.Select(position => conversations[query.Conv][position].Id).ToArray();
            all.Add(names, query.Gold);
            if (!byCategory.TryGetValue(query.Category, out var figures))
            {
                byCategory[query.Category] = figures = new RetrievalFigures();
            }

            figures.Add(names, query.Gold);
        }

        RetrievalResult[] results =
        [
            RetrievalResult.Of(arrangement.Name, "all", all, latencies),
            .. byCategory.Select(each => RetrievalResult.Of(arrangement.Name, each.Key, each.Value, null)),
        ];
        foreach (var result in results)
        {
            Console.WriteLine(result.Row);
        }

        return results;
    }
}
