namespace Soma.Bench.Retrieval;

/// <summary><c>bench retrieval</c>: stores a retrieval set, asks its questions, prints how well they were answered.</summary>
public static class RetrievalCommand
{
    private const int TopK = 20;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var folder = Option(arguments, "--eval") ?? Environment.GetEnvironmentVariable("SOMA_EVAL_DIR");
        using var target = TargetOf(arguments);
        if (folder is null || target is null)
        {
            await Console.Error.WriteLineAsync("bench retrieval: needs --eval <folder>, and --in-process or --url and --token.");
            return 2;
        }

        await MeasureAsync(EvalSet.Load(folder), target);
        return 0;
    }

    internal static string? Option(string[] arguments, string name)
    {
        var at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }

    private static IRetrievalTarget? TargetOf(string[] arguments)
    {
        if (arguments.Contains("--in-process"))
        {
            return new InProcessTarget(useContext: !arguments.Contains("--no-context"));
        }

        return Option(arguments, "--url") is { } url && Option(arguments, "--token") is { } token ? new HttpTarget(new Uri(url), token) : null;
    }

    private static async Task MeasureAsync(EvalSet set, IRetrievalTarget target)
    {
        var ids = new Dictionary<string, string[]>();
        foreach (var conversation in set.Memories.GroupBy(memory => memory.Conv))
        {
            await target.StoreAsync(conversation.Key, [.. conversation]);
            ids[conversation.Key] = [.. conversation.Select(memory => memory.Id)];
        }

        var all = new RetrievalFigures();
        var byCategory = new SortedDictionary<string, RetrievalFigures>(StringComparer.Ordinal);
        foreach (var query in set.Queries)
        {
            var found = await target.SearchAsync(query.Conv, query.Query, TopK);
            var names = found.Select(index => ids[query.Conv][index]).ToArray();
            all.Add(names, query.Gold);
            if (!byCategory.TryGetValue(query.Category, out var figures))
            {
                byCategory[query.Category] = figures = new RetrievalFigures();
            }

            figures.Add(names, query.Gold);
        }

        Console.WriteLine(RetrievalFigures.Header);
        foreach (var (category, figures) in byCategory)
        {
            Console.WriteLine(figures.Row(category));
        }

        Console.WriteLine(all.Row("all"));
    }
}
