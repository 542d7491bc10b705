using Soma.Grains.Interfaces.Filtering;

namespace Soma.Gateway.LangGraph;

/// <summary>Translates LangGraph's filters into those of Soma, which apply them inside the command.</summary>
internal static class StoreFilter
{
    private const string Prefixes = "payload.prefixes";
    private const string Value = "payload.value.";
    private static readonly string[] _operators = ["$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$exists"];

    /// <summary>The filter of the items below a namespace, as the command takes it.</summary>
    /// <param name="labels">The namespace; none: all items.</param>
    /// <param name="filter">LangGraph's filter: all members have to hold.</param>
    /// <param name="onlyIndexed">Whether only items with texts pass: the words of others must not be found either.</param>
    /// <exception cref="StoreRefusal">The filter cannot be applied.</exception>
    public static byte[] Below(IEnumerable<string> labels, JsonObject filter, bool onlyIndexed = false)
    {
        var all = new JsonObject { [Prefixes] = StoreItem.PrefixText(labels) };
        if (onlyIndexed)
        {
            all["payload.indexed"] = true;
        }

        foreach (var (name, wanted) in filter)
        {
            if (name.Length == 0 || name.StartsWith('$') || name.Contains('.', StringComparison.Ordinal))
            {
                throw Wrong($"'{name}' is no key of a value that can be filtered by: its name is not empty, has no dot and does not begin with $");
            }

            all[Value + name] = Condition(name, wanted);
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(all);
        return FilterParser.TryParse(json, out _, out var error) ? json : throw Wrong($"{error.Path.Replace(Value, "", StringComparison.Ordinal)}: {error.Message}");
    }

    private static JsonObject Condition(string name, JsonNode? wanted)
    {
        // Every other object is one that the value has to be equal to.
        if (wanted is not JsonObject operators || !operators.Any(one => one.Key.StartsWith('$')))
        {
            return new JsonObject { ["$eq"] = wanted?.DeepClone() };
        }

        return operators.FirstOrDefault(one => !_operators.Contains(one.Key)).Key is { } unknown
            ? throw Wrong($"{name}: '{unknown}' is no operator. There are {string.Join(' ', _operators)}")
            : (JsonObject)operators.DeepClone();
    }

    private static StoreRefusal Wrong(string message) => new(new Problem(422, $"body.filter: {message}"));
}
