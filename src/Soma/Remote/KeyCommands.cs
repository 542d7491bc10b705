using System.CommandLine;
using System.Text.Json.Nodes;

namespace Soma.Remote;

/// <summary>The command line of <c>soma keys</c>. The service has no idempotency keys for these, so none is sent twice.</summary>
internal static class KeyCommands
{
    private static readonly string[] Titles = ["ID", "NAME", "TENANT", "NAMESPACES", "SCOPES", "EXPIRES", "LAST USED"];

    public static Command Keys(CommandHost host)
    {
        var keys = new RemoteCommand(host, "keys", "List access keys; make, rotate or revoke one.", ServiceArguments.OnlyService(host));
        keys.Does(async (_, session, cancellationToken) =>
        {
            var isFirst = true;
            for (string? cursor = null; isFirst || cursor is not null;)
            {
                var page = (await session.ReadAsync($"keys?{RemoteArguments.Query(("limit", "1000"), ("cursor", cursor))}", cancellationToken)).Json;
                await session.Out.WriteAsync([.. page.GetProperty("keys").EnumerateArray()], Titles, Row, isFirst);
                (isFirst, cursor) = (false, page.GetProperty("next_cursor").GetString());
            }

            return ExitCode.Stopped;
        });
        keys.Add(Make(host));
        keys.Add(Rotate(host));
        keys.Add(Revoke(host));
        return keys;
    }

    private static Command Make(CommandHost host)
    {
        var name = new Argument<string>("name") { Description = "Who will use it. History and changes name it." };
        var namespaces = new Option<string[]>("--namespaces") { Required = true, AllowMultipleArgumentsPerToken = true, Description = "Names, beginnings that end with *, or * for all of the tenant." };
        var scopes = new Option<string[]>("--scopes") { Required = true, AllowMultipleArgumentsPerToken = true, Description = "read, write, delete, admin: one or several." };
        scopes.CompletionSources.Add("read", "write", "delete", "admin");
        var end = new Option<string?>("--expires-at") { Description = "When it stops working, as ISO-8601. Default: never." };
        var rate = new Option<int?>("--requests-per-minute") { Description = "Default: what holds for every caller." };
        var make = new RemoteCommand(host, "make", "Make an access key. Its token is shown once.", ServiceArguments.OnlyService(host)) { name, namespaces, scopes, end, rate };
        return make.Does(async (parsed, session, cancellationToken) =>
        {
            var body = RemoteArguments.Body(
                ("name", parsed.GetRequiredValue(name)), ("namespaces", ToArray(parsed.GetRequiredValue(namespaces))), ("scopes", ToArray(parsed.GetRequiredValue(scopes))), ("expires_at", parsed.GetValue(end)),
                ("limits", parsed.GetValue(rate) is { } most ? new JsonObject { ["requests_per_minute"] = most } : null));
            return await ShowTokenAsync(session, await session.Service.AskAsync(new ServiceCall(HttpMethod.Post, "keys", body), cancellationToken));
        });
    }

    private static Command Rotate(CommandHost host)
    {
        var id = new Argument<string>("id") { Description = "The key's id, as soma keys lists it." };
        var overlap = new Option<double>("--overlap") { Description = "For how many seconds the token that worked until now goes on working.", DefaultValueFactory = _ => 0 };
        return new RemoteCommand(host, "rotate", "Give a key another token, which is shown once.", ServiceArguments.OnlyService(host)) { id, overlap }.Does(async (parsed, session, cancellationToken) =>
        {
            var body = new JsonObject { ["overlap_seconds"] = parsed.GetValue(overlap) };
            var path = $"keys/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/rotate";
            return await ShowTokenAsync(session, await session.Service.AskAsync(new ServiceCall(HttpMethod.Post, path, body), cancellationToken));
        });
    }

    private static Command Revoke(CommandHost host)
    {
        var id = new Argument<string>("id") { Description = "The key's id, as soma keys lists it." };
        return new RemoteCommand(host, "revoke", "Make a key stop working, within five seconds.", ServiceArguments.OnlyService(host)) { id }.Does(async (parsed, session, cancellationToken) =>
        {
            var answer = await session.Service.AskAsync(new ServiceCall(HttpMethod.Delete, $"keys/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}"), cancellationToken);
            await session.Out.WriteAsync(answer, revoked => $"{MemoryTexts.Member(revoked, "id")} is revoked.");
            return ExitCode.Stopped;
        });
    }

    /// <summary>The token alone goes to the output, so that it can be piped; the rest is said beside it.</summary>
    private static async Task<ExitCode> ShowTokenAsync(RemoteSession session, ServiceAnswer answer)
    {
        await session.Out.WriteAsync(answer, key => MemoryTexts.Member(key, "key"));
        if (!session.Out.AsJson)
        {
            await session.NoteAsync($"this is the token of {MemoryTexts.Member(answer.Json, "name")} (key {MemoryTexts.Member(answer.Json, "id")}). Nothing shows it again.");
        }

        return ExitCode.Stopped;
    }

    private static JsonArray ToArray(string[] texts) => [.. texts.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(text => JsonValue.Create(text))];

    private static string[] Row(JsonElement key)
    {
        var usage = key.TryGetProperty("usage", out var used) ? MemoryTexts.ShortTime(MemoryTexts.Member(used, "last_used_at")) : "";
        return
        [
            MemoryTexts.Member(key, "id"), MemoryTexts.Member(key, "name"), MemoryTexts.Member(key, "tenant"), Joined(key, "namespaces"), Joined(key, "scopes"),
            MemoryTexts.Member(key, "expires_at") is { Length: > 0 } end ? MemoryTexts.ShortTime(end) : "never", usage,
        ];
    }

    private static string Joined(JsonElement key, string name) => string.Join(',', key.GetProperty(name).EnumerateArray().Select(one => one.GetString()));
}
