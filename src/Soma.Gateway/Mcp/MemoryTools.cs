using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Soma.Gateway.Mcp;

/// <summary>The tools that change memories. Each is one command of the namespace's owner, so its answer promises what a 200 promises.</summary>
internal sealed class MemoryTools(ToolCall call)
{
    private const string ShownId = "The memory's id, as recall shows it between brackets.";

    // Only what says the same in the same words is not stored again.
    private static readonly object _skipEqual = new { @do = "skip", min_score = 1 };

    [McpServerTool(Name = "remember", Title = "Remember", Destructive = false, Idempotent = false, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(Remembered))]
    [Needs(Scopes.Write)]
    [Description("Store one fact, preference, decision or event, so that it can be recalled in later conversations. Write it so that it is understood on its own: names instead of pronouns, dates instead of 'yesterday'. What is stored already in the same words is not stored again.")]
    public async Task<CallToolResult> RememberAsync(
        [Description("What to remember, as one or a few sentences.")] string text,
        [Description("A name of your own for it, such as 'user-likes-tea'. Storing under a name in use replaces that memory. Leave it out for a new memory.")] string? id = null,
        [Description("How important it is, as a number. Default 1.")] double? importance = null,
        [Description("episodic: something that happened (the default); semantic: a fact; belief: an opinion.")] string? memory_type = null,
        [Description("More fields to keep with the text, such as {\"topic\":\"kitchen\"}. They are found by words too.")] Dictionary<string, JsonElement>? data = null,
        [Description("After how many seconds it is forgotten. Leave it out to keep it.")] double? ttl_seconds = null)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new ToolRefusal("text: Input should say something");
        }

        var form = new ToolFields()
            .With("id", id?.StartsWith(Coordinate.IdMark) == true ? id[1..] : id).WithPayload(text, data).With("importance", importance).With("memory_type", memory_type).With("ttl_seconds", ttl_seconds)
            // Under a name of its own a model means to replace what is there.
            .With("on_similar", id is null ? _skipEqual : null)
            .Read(MemoryFields.Store);
        return ToolResult.Of(StoredOf(await call.WriteAsync(AnswerKind.Store, MemoryWrites.Keyed(form, call.Core))));
    }

    [McpServerTool(Name = "update", Title = "Update a memory", Destructive = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(Remembered))]
    [Needs(Scopes.Write)]
    [Description("Change a memory that recall, list or get showed: its text, its importance or single fields. What you leave out stays as it is. The older version stays in its history.")]
    public async Task<CallToolResult> UpdateAsync(
        [Description(ShownId)] string id,
        [Description("The new text.")] string? text = null,
        [Description("How important it is now.")] double? importance = null,
        [Description("Fields to set; null removes a field.")] Dictionary<string, JsonElement>? data = null,
        [Description("After how many seconds it is forgotten.")] double? ttl_seconds = null)
    {
        var patch = new ToolFields().WithPayload(text, data).With("importance", importance).With("ttl_seconds", ttl_seconds).Read(MemoryFields.Patch).Command;
        patch.Coordinate = ToolCall.KeyOf(id);
        return ToolResult.Of(StoredOf(await call.WriteAsync(AnswerKind.Store, patch)));
    }

    [McpServerTool(Name = "forget", Title = "Forget", Destructive = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(Forgotten))]
    [Needs(Scopes.Delete)]
    [Description("Delete a memory, and the links to and from it. Its older versions stay in the history unless purge is true: then nothing of its content is left.")]
    public async Task<CallToolResult> ForgetAsync(
        [Description(ShownId)] string id,
        [Description("Erase the content of every version too. This cannot be undone.")] bool purge = false)
    {
        var key = ToolCall.KeyOf(id);
        var reply = await call.WriteAsync(AnswerKind.Delete, new DeleteMemory { Coordinate = key, Purge = purge });
        using var body = JsonDocument.Parse(reply.Body);
        return ToolResult.Of(new Forgotten(key.Text, body.RootElement.GetProperty("deleted").GetBoolean()));
    }

    [McpServerTool(Name = "link", Title = "Link two memories", Destructive = false, Idempotent = true, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(Linked))]
    [Needs(Scopes.Write)]
    [Description("Say that one memory leads to another, for instance a decision to its reason. neighbors follows links.")]
    public async Task<CallToolResult> LinkAsync(
        [Description("The id of the memory that the link starts at.")] string from,
        [Description("The id of the memory that it leads to.")] string to,
        [Description("What the link says, such as 'because_of'. Default 'related'.")] string? link_type = null,
        [Description("A number, 0 or more. Default 1.")] double? strength = null)
    {
        var link = new ToolFields()
            .With("from_coord", ToolFields.KeyOf(from)).With("to_coord", ToolFields.KeyOf(to)).With("link_type", link_type).With("strength", strength)
            .Read(LinkEndpoints.Link).Command;
        await call.WriteAsync(AnswerKind.Link, link);
        return ToolResult.Of(new Linked(link.From.Text, link.To.Text, link.LinkType, link.Strength));
    }

    private static Remembered StoredOf(WriteReply reply)
    {
        using var body = JsonDocument.Parse(reply.Body);
        var answer = body.RootElement;
        var isSkipped = answer.TryGetProperty("skipped", out var skipped) && skipped.GetBoolean();
        return new Remembered(answer.GetProperty("coord").GetString() ?? "", answer.GetProperty("version").GetInt64(), !isSkipped);
    }
}
