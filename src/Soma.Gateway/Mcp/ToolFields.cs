namespace Soma.Gateway.Mcp;

/// <summary>
/// What a model gave as arguments, as the fields of the HTTP request that does the same. They are read by that request's own rules, so
/// that a tool takes and refuses what its route takes and refuses.
/// </summary>
internal sealed class ToolFields
{
    private readonly JsonObject _fields = [];

    /// <summary>Sets a field; null: the argument was left out.</summary>
    public ToolFields With<T>(string name, T? value)
    {
        if (value is not null)
        {
            _fields[name] = JsonSerializer.SerializeToNode(value, McpJson.Options);
        }

        return this;
    }

    /// <summary>Sets a payload of a text and further fields; without both there is none.</summary>
    public ToolFields WithPayload(string? text, Dictionary<string, JsonElement>? data)
    {
        if (text is null && data is null)
        {
            return this;
        }

        var payload = new JsonObject();
        if (text is not null)
        {
            payload["text"] = text;
        }

        foreach (var (name, value) in data ?? [])
        {
            payload.TryAdd(name, JsonNode.Parse(value.GetRawText()));
        }

        _fields["payload"] = payload;
        return this;
    }

    /// <exception cref="ToolRefusal">A field is missing or wrong: the message names each of them.</exception>
    public TForm Read<TForm>(RequestShape<TForm> shape)
        where TForm : class
    {
        var problem = JsonBody.Read(JsonSerializer.SerializeToUtf8Bytes(_fields, McpJson.Options), shape, new FieldErrors(), out var form);
        return problem is null && form is not null ? form : throw new ToolRefusal(Describe(problem));
    }

    /// <summary>The key of a memory that is there: <c>@alice</c>, a coordinate, or an id without its mark.</summary>
    public static string KeyOf(string id) => Coordinate.TryParse(id, out _) || id.StartsWith(Coordinate.IdMark) ? id : Coordinate.IdMark + id;

    private static string Describe(Problem? problem) => problem switch
    {
        null => "The arguments could not be read",
        { Errors.Count: 0 } => problem.Detail,
        _ => string.Join("; ", problem.Errors.Select(error => $"{string.Join('.', error.Location.Skip(1))}: {error.Message}")),
    };
}
