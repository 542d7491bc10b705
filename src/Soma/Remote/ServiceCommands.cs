using System.CommandLine;

namespace Soma.Remote;

/// <summary>The command lines of <c>soma stats</c> and <c>soma namespaces</c>.</summary>
internal static class ServiceCommands
{
    private static readonly string[] Titles = ["NAMESPACE", "MEMORIES", "VECTORS", "SIZE", "SEQ", "LAST WRITE"];

    public static Command Stats(CommandHost host) =>
        new RemoteCommand(host, "stats", "Count what a service holds.", ServiceArguments.OnlyService(host)).Does(async (_, session, cancellationToken) =>
        {
            var answer = await session.ReadAsync("stats", cancellationToken);
            await session.Out.WriteAsync(answer, stats => AnswerWriter.Facts(
                ("service", session.Target.Url.AbsoluteUri),
                ("memories", MemoryTexts.Member(stats, "total_memories")),
                ("episodic", MemoryTexts.Member(stats, "episodic")),
                ("semantic", MemoryTexts.Member(stats, "semantic")),
                ("belief", MemoryTexts.Member(stats, "belief")),
                ("vectors", MemoryTexts.Member(stats, "vector_count")),
                ("namespaces", stats.GetProperty("namespaces").EnumerateObject().Count() is var count and > 0 ? count.ToString(CultureInfo.InvariantCulture) : null)));
            return ExitCode.Stopped;
        });

    public static Command Namespaces(CommandHost host)
    {
        var prefix = new Option<string?>("--prefix") { Description = "Only those whose names begin like this." };
        var namespaces = new RemoteCommand(host, "namespaces", "List the namespaces of a tenant; show or delete one.", ServiceArguments.OnlyService(host)) { prefix };
        namespaces.Does(async (parsed, session, cancellationToken) =>
        {
            var isFirst = true;
            for (string? cursor = null; isFirst || cursor is not null;)
            {
                var query = RemoteArguments.Query(("limit", "1000"), ("prefix", parsed.GetValue(prefix)), ("cursor", cursor));
                var page = (await session.ReadAsync($"namespaces?{query}", cancellationToken)).Json;
                await session.Out.WriteAsync([.. page.GetProperty("namespaces").EnumerateArray()], Titles, Row, isFirst);
                (isFirst, cursor) = (false, page.GetProperty("next_cursor").GetString());
            }

            return ExitCode.Stopped;
        });
        namespaces.Add(Show(host));
        namespaces.Add(Delete(host));
        return namespaces;
    }

    private static Command Show(CommandHost host) =>
        new RemoteCommand(host, "show", "Show the settings of a namespace.", ServiceArguments.Placed(host, "Which one.")).Does(async (_, session, cancellationToken) =>
        {
            var answer = await session.ReadAsync(session.Service.Path, cancellationToken);
            await session.Out.WriteAsync(answer, settings => AnswerWriter.Facts([.. settings.EnumerateObject().Select(one => (one.Name, (string?)one.Value.GetRawText()))]));
            return ExitCode.Stopped;
        });

    private static Command Delete(CommandHost host)
    {
        var confirm = new Option<string>("--confirm") { Required = true, Description = "The namespace's name again. There is no way back but a backup." };
        var delete = new RemoteCommand(host, "delete", "Delete a namespace with all that it holds.", ServiceArguments.Placed(host, "Which one."));
        delete.Does(async (parsed, session, cancellationToken) =>
        {
            var query = RemoteArguments.Query(("confirm", parsed.GetRequiredValue(confirm)));
            var answer = await session.Service.AskAsync(new ServiceCall(HttpMethod.Delete, $"{session.Service.Path}?{query}"), cancellationToken);
            await session.Out.WriteAsync(answer, deleted => $"{MemoryTexts.Member(deleted, "name")} is deleted; its newest seq was {MemoryTexts.Member(deleted, "head_seq")}.");
            return ExitCode.Stopped;
        }).Add(confirm);
        return delete;
    }

    private static string[] Row(JsonElement one) =>
    [
        MemoryTexts.Member(one, "name"), MemoryTexts.Member(one, "total"), MemoryTexts.Member(one, "vector_count"), Size(one.GetProperty("bytes").GetInt64()),
        MemoryTexts.Member(one, "head_seq"), MemoryTexts.ShortTime(MemoryTexts.Member(one, "last_write_at")),
    ];

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes switch
    {
        >= 1 << 30 => $"{bytes / (double)(1 << 30):0.0} GB",
        >= 1 << 20 => $"{bytes / (double)(1 << 20):0.0} MB",
        >= 1 << 10 => $"{bytes / (double)(1 << 10):0.0} KB",
        _ => $"{bytes} B",
    }}");
}
