using Soma.Grains.Interfaces.Filtering;

namespace Soma.Gateway.Requests;

/// <summary>One field that is not as the contract wants it.</summary>
/// <param name="Location">The path to it: names and indexes.</param>
/// <param name="Message">What is wrong, for a person.</param>
/// <param name="Type">What is wrong, for a program, e.g. <c>missing</c> or <c>string_type</c>.</param>
internal sealed record FieldError(object[] Location, string Message, string Type)
{
    /// <summary>The type of a coordinate that cannot be read: alone it is a 400, not a 422.</summary>
    public const string CoordinateType = "invalid_coord";
}

/// <summary>Where fields lie: in the body, in the query, in an object of the body, or in one item of its list.</summary>
internal readonly record struct FieldScope(string Source, string? Parent = null, int Item = -1)
{
    public static readonly FieldScope Body = new("body");
    public static readonly FieldScope Query = new("query");

    public static FieldScope BatchItem(int index) => new("body", "items", index);

    /// <summary>The path as the answer gives it, e.g. <c>["body","items",3,"payload"]</c>; made only when something is wrong.</summary>
    public object[] PathTo(string? field, int index = -1)
    {
        var path = new List<object> { Source };
        Append(path, Parent, Item);
        Append(path, field, index);
        return [.. path];
    }

    private static void Append(List<object> path, string? name, int index)
    {
        if (name is not null)
        {
            path.Add(name);
        }

        if (index >= 0)
        {
            path.Add(index);
        }
    }
}

/// <summary>One field of one request, and where to say what is wrong with it.</summary>
internal readonly struct FieldPlace(FieldErrors errors, FieldScope scope, string? name, int index = -1)
{
    public FieldErrors Errors => errors;

    /// <summary>Where the fields of this field's object lie.</summary>
    public FieldScope Inside => new(scope.Source, name, index);

    public FieldPlace Element(int at) => new(errors, scope, name, at);

    /// <summary>Another field of the same object.</summary>
    public FieldPlace Beside(string other) => new(errors, scope, other);

    public void IsWrong(string message, string type) => errors.Add(scope.PathTo(name, index), message, type);
}

/// <summary>Everything wrong with one request's fields, so that one answer can name it all.</summary>
internal sealed class FieldErrors
{
    // A batch of a thousand bad items is understood after the first hundred errors; the answer stays small.
    private const int MostNamed = 100;
    private List<FieldError>? _errors;

    /// <summary>Whether fields that nobody knows are passed over: <c>SOMA_UNKNOWN_FIELDS=ignore</c>.</summary>
    public bool IgnoresUnknown { get; init; }

    public bool Any => _errors is not null;

    public void Add(object[] location, string message, string type)
    {
        _errors ??= [];
        if (_errors.Count < MostNamed)
        {
            _errors.Add(new FieldError(location, message, type));
        }
    }

    /// <summary>422; 400 where nothing but coordinates is wrong; null where nothing is.</summary>
    public Problem? ToProblem()
    {
        if (_errors is null)
        {
            return null;
        }

        if (_errors.TrueForAll(error => error.Type == FieldError.CoordinateType))
        {
            return new Problem(400, _errors[0].Message) { Errors = _errors };
        }

        var more = _errors.Count > 1 ? $" (and {_errors.Count - 1} more)" : "";
        return new Problem(422, $"{string.Join('.', _errors[0].Location)}: {_errors[0].Message}{more}") { Errors = _errors };
    }
}

/// <summary>What a refusal says of a field that nobody knows: what was probably meant, or what to do instead.</summary>
internal static class UnknownFields
{
    private const int LongestShown = 64;
    private const int ShortestPart = 3;

    public static string Describe(string name, IReadOnlyList<string> known)
    {
        var shown = name.Length <= LongestShown ? name : name[..LongestShown] + "…";
        return $"{shown} is not a field of this request: {Advise(name, known)}";
    }

    private static string Advise(string name, IReadOnlyList<string> known) => name switch
    {
        "user_id" or "agent_id" or "run_id" or "session_id" => Owner(name, known),
        "metadata" when known.Contains("payload") => "put it into payload, where filters find it",
        "metadata" when known.Contains("filters") => $$"""ask for it with filters, e.g. "filters":{"{{name}}.key":"value"}""",
        "created_at" or "updated_at" when known.Contains("payload") =>
            $"the service keeps {name} itself; a time of your own goes into payload, e.g. as payload.timestamp",
        _ when Nearest(name, known) is { } nearest => $"did you mean {nearest}?",
        _ when known.Count == 0 => "it has none",
        _ => $"it has {string.Join(", ", known)}",
    };

    private static string Owner(string name, IReadOnlyList<string> known)
    {
        var field = known.Contains("payload") ? "put it into payload, where filters find it"
            : known.Contains("filters") ? $$"""ask for it with filters, e.g. "filters":{"{{name}}":"…"}"""
            : "no field takes its place";
        return $"{field}; or give each its own namespace (X-Soma-Namespace)";
    }

    /// <summary>The known name that holds the given one, else the one that the fewest changes of letters lead to.</summary>
    private static string? Nearest(string name, IReadOnlyList<string> known) => name.Length switch
    {
        > LongestShown => null,
        >= ShortestPart when known.FirstOrDefault(field => field.Contains(name, StringComparison.OrdinalIgnoreCase)) is { } longer => longer,
        _ => NearestName.Of(name, known),
    };
}
