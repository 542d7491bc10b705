namespace Soma.Gateway.Bodies;

/// <summary>A request's query parameters and what is wrong with them. An empty value is the same as none.</summary>
internal sealed class QueryText(IQueryCollection query)
{
    public FieldErrors Errors { get; } = new();

    public string? Get(string name) => query.TryGetValue(name, out var values) && values.Count > 0 && values[^1] is { Length: > 0 } text ? text : null;

    public Field Field(string name) => new(Errors, FieldScope.Query, name);

    public int Integer(string name, int fallback, int least, int most) =>
        QueryFields.ParseInteger(Get(name), Field(name), least, most) ?? fallback;

    public bool? Boolean(string name) => QueryFields.ParseBoolean(Get(name), Field(name));

    public Soma.Grains.Interfaces.Coordinate RequiredCoordinate(string name)
    {
        var text = Get(name);
        if (text is null)
        {
            Field(name).IsMissing();
        }

        return QueryFields.ParseCoordinate(text, Field(name)) ?? default;
    }

    /// <summary>Refuses a parameter that the contract promises for later, instead of answering as if it were not there.</summary>
    public void RefuseUnsupported(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Get(name) is not null)
            {
                Field(name).IsNotSupportedYet();
            }
        }
    }
}
