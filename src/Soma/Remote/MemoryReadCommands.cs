using System.CommandLine;

namespace Soma.Remote;

/// <summary>The command lines of <c>soma get</c>, <c>search</c> and <c>list</c>.</summary>
internal static class MemoryReadCommands
{
    private const int LargestPage = 1000;

    public static Command Get(CommandHost host)
    {
        var keys = new Argument<string[]>("key") { Description = RemoteArguments.KeyText, Arity = ArgumentArity.OneOrMore };
        var moment = RemoteArguments.AsOf();
        return new RemoteCommand(host, "get", "Show memories by their keys.", ServiceArguments.Named(host)) { keys, moment }.Does(async (parsed, session, cancellationToken) =>
        {
            foreach (var (number, key) in parsed.GetRequiredValue(keys).Index())
            {
                var query = RemoteArguments.Query(("as_of", parsed.GetValue(moment)));
                var answer = await session.ReadAsync($"{RemoteArguments.PathOf(key)}?{query}", cancellationToken);
                await session.Out.WriteAsync(answer.Json.GetProperty("memory"), memory => (number > 0 ? "\n" : "") + MemoryTexts.Whole(memory));
            }

            return ExitCode.Stopped;
        });
    }

    public static Command Search(CommandHost host)
    {
        var query = new Argument<string>("query") { Description = "What to look for; quoted words are a phrase." };
        var most = new Option<int>("--top-k", "-k") { Description = "How many to show at most.", DefaultValueFactory = _ => 5 };
        var (filter, type, moment) = (RemoteArguments.Filter(), RemoteArguments.MemoryType(), RemoteArguments.AsOf());
        var mode = new Option<string?>("--mode") { Description = "hybrid (words and meaning, the default), vector or keyword." };
        mode.AcceptOnlyFromAmong("hybrid", "vector", "keyword");
        var relevance = new Option<double?>("--min-relevance") { Description = "Only what has to do with the query: from 0 to 1, such as 0.5." };
        var accurate = new Option<bool>("--accurate") { Description = "Take longer and rank better." };
        var explain = new Option<bool>("--explain") { Description = "With --json: what made each score." };
        most.Validators.Add(result => RemoteArguments.RequirePositive(result, result.GetValueOrDefault<int>()));
        var search = new RemoteCommand(host, "search", "Find memories by meaning, word and filter, the best first.", ServiceArguments.Named(host))
        {
            query, most, filter, type, moment, mode, relevance, accurate, explain,
        };
        return search.Does(async (parsed, session, cancellationToken) =>
        {
            var body = RemoteArguments.Body(
                ("query", parsed.GetRequiredValue(query)), ("top_k", parsed.GetValue(most)), ("filters", parsed.GetValue(filter) is { } wanted ? RemoteArguments.TryParseObject(wanted) : null),
                ("memory_type", parsed.GetValue(type)), ("as_of", parsed.GetValue(moment)), ("mode", parsed.GetValue(mode)), ("min_relevance", parsed.GetValue(relevance)),
                ("accurate", parsed.GetValue(accurate) ? true : null), ("explain", parsed.GetValue(explain) ? true : null));
            var answer = await session.ReadAsync("memories/search", cancellationToken, body);
            var found = await session.Out.WriteAsync([.. answer.Json.GetProperty("memories").EnumerateArray()], MemoryTexts.HitTitles, MemoryTexts.AsHit);
            if (answer.Json.GetProperty("degraded").GetBoolean())
            {
                await session.NoteAsync("the service answered from a part of what it has (\"degraded\"): a part of it is away or still loading.");
            }

            if (found == 0 && !session.Out.AsJson)
            {
                await session.NoteAsync("nothing was found.");
            }

            return ExitCode.Stopped;
        });
    }

    public static Command List(CommandHost host)
    {
        var (filter, type, moment) = (RemoteArguments.Filter(), RemoteArguments.MemoryType(), RemoteArguments.AsOf());
        var most = new Option<int?>("--limit") { Description = "How many to show at most. Default: all." };
        var order = new Option<string?>("--order") { Description = "seq (of the latest write, the default), created or importance." };
        order.AcceptOnlyFromAmong("seq", "created", "importance");
        var descending = new Option<bool>("--desc") { Description = "The largest first." };
        most.Validators.Add(result => RemoteArguments.RequirePositive(result, result.GetValueOrDefault<int?>() ?? 1));
        var list = new RemoteCommand(host, "list", "List memories.", ServiceArguments.Named(host)) { most, filter, type, order, descending, moment };
        return list.Does(async (parsed, session, cancellationToken) =>
        {
            var left = parsed.GetValue(most) ?? int.MaxValue;
            var isFirst = true;
            for (string? cursor = null; left > 0;)
            {
                var query = RemoteArguments.Query(
                    ("limit", Math.Min(left, LargestPage).ToString(CultureInfo.InvariantCulture)), ("cursor", cursor), ("filters", parsed.GetValue(filter)), ("memory_type", parsed.GetValue(type)),
                    ("order", parsed.GetValue(order)), ("desc", parsed.GetValue(descending) ? "true" : null), ("as_of", parsed.GetValue(moment)));
                var page = (await session.ReadAsync($"memories?{query}", cancellationToken)).Json;
                left -= await session.Out.WriteAsync([.. page.GetProperty("memories").EnumerateArray()], MemoryTexts.ListTitles, MemoryTexts.InList, isFirst);
                isFirst = false;
                cursor = page.GetProperty("next_cursor").GetString();
                if (cursor is null)
                {
                    break;
                }
            }

            return ExitCode.Stopped;
        });
    }
}
