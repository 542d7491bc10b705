namespace Soma.Mcp;

/// <summary>What the bridge must know of a JSON-RPC message.</summary>
/// <param name="Text">The whole message as it came, in one line.</param>
/// <param name="Id">The JSON of a request's or an answer's id; null: a notification.</param>
/// <param name="Method">Null: an answer.</param>
internal sealed record McpMessage(string Text, string? Id, string? Method)
{
    private const string ProtocolKey = "io.modelcontextprotocol/protocolVersion";

    /// <summary>The tool, prompt or resource that a request names.</summary>
    public string? Name { get; private init; }

    /// <summary>The revision that the message itself names, as those without a handshake do.</summary>
    public string? Protocol { get; private init; }

    /// <summary>Of a notification that a request is cancelled: the JSON of the request's id.</summary>
    public string? Cancels { get; private init; }

    /// <summary>Of an answer that refuses: the code and the text of its error.</summary>
    public (int Code, string Text)? Error { get; private init; }

    /// <summary>Of the answer to <c>initialize</c>: the revision that both sides speak from now on.</summary>
    public string? Agreed { get; private init; }

    public bool IsHandshake => Method == "initialize";

    /// <exception cref="JsonException">The text is no JSON.</exception>
    public static McpMessage Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        var message = document.RootElement;
        var parameters = MemberOf(message, "params");
        var error = MemberOf(message, "error");
        var method = TextOf(message, "method");
        return new McpMessage(text, IdOf(message, "id"), method)
        {
            Name = TextOf(parameters, "name") ?? TextOf(parameters, "uri"),
            Protocol = TextOf(MemberOf(parameters, "_meta"), ProtocolKey),
            Cancels = method == "notifications/cancelled" ? IdOf(parameters, "requestId") : null,
            Error = error is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty("code", out var code) && code.TryGetInt32(out var number)
                ? (number, TextOf(found, "message") ?? "")
                : null,
            Agreed = TextOf(MemberOf(message, "result"), "protocolVersion"),
        };
    }

    public bool Answers(string id) => Method is null && Id == id;

    private static JsonElement? MemberOf(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var member) ? member : null;

    private static string? IdOf(JsonElement? element, string name) =>
        MemberOf(element, name) is { ValueKind: JsonValueKind.Number or JsonValueKind.String } id ? id.GetRawText() : null;

    private static string? TextOf(JsonElement? element, string name) =>
        MemberOf(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
