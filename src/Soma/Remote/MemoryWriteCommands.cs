using System.CommandLine;
using System.Text.Json.Nodes;

namespace Soma.Remote;

/// <summary>The command lines of <c>soma store</c>, <c>forget</c> and <c>link</c>.</summary>
internal static class MemoryWriteCommands
{
    private const string StandardInput = "-";

    public static Command Store(CommandHost host)
    {
        var text = new Argument<string?>("text") { Description = "What to remember; - reads it from standard input.", Arity = ArgumentArity.ZeroOrOne };
        var id = new Option<string?>("--id") { Description = "Its id. Default: one that the service makes." };
        var coordinate = new Option<string?>("--coord") { Description = "A coordinate such as 1,2 in place of an id." };
        var payload = new Option<string?>("--payload") { Description = "A JSON object that is stored along with the text, or in its place; - reads it from standard input." };
        var type = RemoteArguments.MemoryType();
        var importance = new Option<double?>("--importance") { Description = "A number; 1 if it is not given." };
        var lifetime = new Option<double?>("--ttl") { Description = "After how many seconds it expires." };
        var end = new Option<string?>("--expires-at") { Description = "When it expires, as ISO-8601." };
        var absent = new Option<bool>("--if-absent") { Description = "Only if nothing is stored under this key." };
        var match = new Option<long?>("--if-match") { Description = "Only if the latest write of this memory has this seq." };
        var store = new RemoteCommand(host, "store", "Store a memory. The same key again replaces it.", ServiceArguments.Named(host), isWrite: true)
        {
            text, id, coordinate, payload, type, importance, lifetime, end, absent, match,
        };
        store.Validators.Add(result =>
        {
            var given = result.GetValue(payload);
            var error = result.GetValue(text) is null && given is null ? "Say what to store: a text, --payload, or both."
                : result.GetValue(text) == StandardInput && given == StandardInput ? "Only one of text and --payload can be read from standard input."
                : given is not null and not StandardInput && RemoteArguments.TryParseObject(given) is null ? $"--payload: {given} is no JSON object."
                : result.GetValue(id) is not null && result.GetValue(coordinate) is not null ? "--id and --coord exclude each other."
                : result.GetValue(absent) && result.GetResult(match) is not null ? "--if-absent and --if-match exclude each other."
                : null;
            if (error is not null)
            {
                result.AddError(error);
            }
        });
        return store.Does(async (parsed, session, cancellationToken) =>
        {
            var body = RemoteArguments.Body(
                ("id", parsed.GetValue(id)), ("coord", parsed.GetValue(coordinate)), ("memory_type", parsed.GetValue(type)), ("importance", parsed.GetValue(importance)),
                ("ttl_seconds", parsed.GetValue(lifetime)), ("expires_at", parsed.GetValue(end)));
            body["payload"] = await PayloadAsync(host, parsed.GetValue(text), parsed.GetValue(payload), cancellationToken);
            var answer = await session.Service.AskAsync(
                new ServiceCall(HttpMethod.Post, "memories", body, store.KeyOf(parsed))
                {
                    Header = parsed.GetValue(absent) ? ("If-None-Match", "*") : parsed.GetValue(match) is { } seq ? ("If-Match", string.Create(CultureInfo.InvariantCulture, $"\"{seq}\"")) : null,
                },
                cancellationToken);
            await session.Out.WriteAsync(answer, stored => $"{MemoryTexts.Member(stored, "coord")} is stored: version {MemoryTexts.Member(stored, "version")}, seq {MemoryTexts.Member(stored, "seq")}.");
            return ExitCode.Stopped;
        });
    }

    public static Command Forget(CommandHost host)
    {
        var keys = new Argument<string[]>("key") { Description = RemoteArguments.KeyText, Arity = ArgumentArity.ZeroOrMore };
        var filter = RemoteArguments.Filter();
        var purge = new Option<bool>("--purge") { Description = "Erase the content of every version too, now." };
        var dry = new Option<bool>("--dry-run") { Description = "Count what --filter finds, and delete nothing." };
        var yes = new Option<bool>("--yes") { Description = "Delete everything that --filter finds." };
        var forget = new RemoteCommand(host, "forget", "Delete memories, with the links to and from them.", ServiceArguments.Named(host), isWrite: true) { keys, filter, purge, dry, yes };
        forget.Validators.Add(result =>
        {
            var isFiltered = result.GetValue(filter) is not null;
            var error = isFiltered == (result.GetValue(keys) is { Length: > 0 }) ? "Say what to forget: keys, or --filter."
                : isFiltered && result.GetValue(purge) ? "--purge takes keys."
                : !isFiltered && (result.GetValue(dry) || result.GetValue(yes)) ? "--dry-run and --yes go with --filter."
                : isFiltered && result.GetValue(dry) == result.GetValue(yes) ? "--filter deletes everything that it finds: say --yes, or --dry-run to count it first."
                : null;
            if (error is not null)
            {
                result.AddError(error);
            }
        });
        return forget.Does(async (parsed, session, cancellationToken) =>
        {
            if (parsed.GetValue(filter) is not { } wanted)
            {
                return await ForgetAsync(session, parsed.GetValue(keys) ?? [], parsed.GetValue(purge), forget.KeyOf(parsed), cancellationToken);
            }

            var isDry = parsed.GetValue(dry);
            var body = new JsonObject { ["filters"] = RemoteArguments.TryParseObject(wanted), ["dry_run"] = isDry };
            var answer = await session.Service.AskAsync(
                new ServiceCall(HttpMethod.Post, "memories/delete", body, isDry ? null : forget.KeyOf(parsed)) { IsRead = isDry }, cancellationToken);
            await session.Out.WriteAsync(answer, deleted => $"{MemoryTexts.Member(deleted, "deleted")} memories {(isDry ? "would be deleted" : "are deleted")}.");
            return ExitCode.Stopped;
        });
    }

    public static Command Link(CommandHost host)
    {
        var from = new Argument<string>("from") { Description = RemoteArguments.KeyText };
        var to = new Argument<string>("to") { Description = "The memory that it leads to." };
        var type = new Option<string?>("--type") { Description = "The link's type; related if it is not given." };
        var strength = new Option<double?>("--strength") { Description = "A number; 1 if it is not given." };
        var metadata = RemoteArguments.JsonText("--metadata", "A JSON object that is kept with the link.");
        var remove = new Option<bool>("--remove") { Description = "Remove the link of this type." };
        var link = new RemoteCommand(host, "link", "Link a memory to another one, or change the link that is there.", ServiceArguments.Named(host), isWrite: true)
        {
            from, to, type, strength, metadata, remove,
        };
        return link.Does(async (parsed, session, cancellationToken) =>
        {
            var removes = parsed.GetValue(remove);
            var body = RemoteArguments.Body(
                ("from_coord", RemoteArguments.KeyOf(parsed.GetRequiredValue(from))), ("to_coord", RemoteArguments.KeyOf(parsed.GetRequiredValue(to))), ("link_type", parsed.GetValue(type)),
                ("strength", parsed.GetValue(strength)), ("metadata", parsed.GetValue(metadata) is { } more ? RemoteArguments.TryParseObject(more) : null));
            var answer = await session.Service.AskAsync(
                new ServiceCall(removes ? HttpMethod.Delete : HttpMethod.Post, "graph/link", body, link.KeyOf(parsed)), cancellationToken);
            await session.Out.WriteAsync(answer, linked =>
                $"{MemoryTexts.Member(linked, "from_coord")} -> {MemoryTexts.Member(linked, "to_coord")}: {MemoryTexts.Member(linked, "link_type")} is {(removes ? "removed" : "stored")}, seq {MemoryTexts.Member(linked, "seq")}.");
            return ExitCode.Stopped;
        });
    }

    /// <summary>Deletes them one by one, each under its own key, so that a run that is repeated under the same key counts what it did before.</summary>
    private static async Task<ExitCode> ForgetAsync(RemoteSession session, string[] keys, bool purges, string idempotencyKey, CancellationToken cancellationToken)
    {
        var missing = 0;
        foreach (var (number, key) in keys.Index())
        {
            var path = RemoteArguments.PathOf(key) + (purges ? "?purge=true" : "");
            var own = number == 0 ? idempotencyKey : string.Create(CultureInfo.InvariantCulture, $"{idempotencyKey}-{number}");
            var answer = await session.Service.AskAsync(new ServiceCall(HttpMethod.Delete, path, null, own), cancellationToken);
            var isDeleted = answer.Json.GetProperty("deleted").GetBoolean();
            missing += isDeleted ? 0 : 1;
            if (isDeleted || session.Out.AsJson)
            {
                await session.Out.WriteAsync(answer, deleted => $"{MemoryTexts.Member(deleted, "coord")} is deleted{(purges ? " and purged" : "")}.");
            }
            else
            {
                await session.NoteAsync($"there is no memory {RemoteArguments.KeyOf(key)}.");
            }
        }

        return missing > 0 ? ExitCode.NotFound : ExitCode.Stopped;
    }

    private static async Task<JsonObject> PayloadAsync(CommandHost host, string? text, string? payload, CancellationToken cancellationToken)
    {
        var given = payload == StandardInput ? await ReadAsync(host, cancellationToken) : payload;
        var stored = given is null ? [] : RemoteArguments.TryParseObject(given) ?? throw new StartupException(ExitCode.Usage, "what standard input holds is no JSON object.");
        if (text is not null)
        {
            stored["text"] = text == StandardInput ? (await ReadAsync(host, cancellationToken)).TrimEnd('\n', '\r') : text;
        }

        return stored;
    }

    private static async Task<string> ReadAsync(CommandHost host, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(host.Input(), new UTF8Encoding(false));
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
