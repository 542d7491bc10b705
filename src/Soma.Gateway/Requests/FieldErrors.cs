using Soma.Grains.Interfaces.Filtering;

namespace Soma.Gateway.Requests;

/// <summary>One wrong field of a request.</summary>
/// <param name="Location">The path to the field: names and indexes.</param>
/// <param name="Message">What is wrong, for a person.</param>
/// <param name="Type">What is wrong, for a program, e.g. <c>missing</c> or <c>string_type</c>.</param>
internal sealed record FieldError(object[] Location, string Message, string Type)
{
    /// <summary>A key that cannot be read. If all errors of a request are of this type, the status is 400 instead of 422.</summary>
    public const string CoordinateType = "invalid_coord";
}

/// <summary>Where fields are: in the body, in the query, in an object of the body, or in one item of a list of the body.</summary>
internal readonly record struct FieldScope(string Source, string? Parent = null, int Item = -1)
{
    public static readonly FieldScope Body = new("body");
    public static readonly FieldScope Query = new("query");

    public static FieldScope BatchItem(int index) => new("body", "items", index);

    /// <summary>The path as the answer shows it, e.g. <c>["body","items",3,"payload"]</c>. It is only made for a wrong field.</summary>
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

/// <summary>One field of one request, and the errors to which a refusal of it is added.</summary>
internal readonly struct FieldPlace(FieldErrors errors, FieldScope scope, string? name, int index = -1)
{
    public FieldErrors Errors => errors;

    /// <summary>The scope of the fields inside this field's object.</summary>
    public FieldScope Inside => new(scope.Source, name, index);

    public FieldPlace Element(int at) => new(errors, scope, name, at);

    /// <summary>Another field of the same object.</summary>
    public FieldPlace Beside(string other) => new(errors, scope, other);

    public void IsWrong(string message, string type) => errors.Add(scope.PathTo(name, index), message, type);
}

/// <summary>All wrong fields of one request, so that one answer can name them all.</summary>
internal sealed class FieldErrors
{
    // A batch may have a thousand wrong items. Naming a hundred explains it, and keeps the answer small.
    private const int MostNamed = 100;
    private List<FieldError>? _errors;

    /// <summary>Whether unknown fields are ignored: <c>SOMA_UNKNOWN_FIELDS=ignore</c>.</summary>
    public bool IgnoresUnknown { get; init; }

    /// <summary>Whether as many are named as will be, so that no more need be described.</summary>
    public bool IsFull => _errors?.Count >= MostNamed;

    public bool Any => _errors is not null;

    public void Add(object[] location, string message, string type)
    {
        _errors ??= [];
        if (_errors.Count < MostNamed)
        {
            _errors.Add(new FieldError(location, message, type));
        }
    }

    /// <summary>422; 400 if only keys are wrong; null if nothing is wrong.</summary>
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

/// <summary>The message for an unknown field: which field was probably meant, or what to do instead.</summary>
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

    /// <summary>The shortest known name that contains the given one, else the known name with the smallest edit distance to it.</summary>
    private static string? Nearest(string name, IReadOnlyList<string> known) => name.Length switch
    {
        > LongestShown => null,
        >= ShortestPart when known.Where(field => field.Contains(name, StringComparison.OrdinalIgnoreCase)).MinBy(field => field.Length) is { } longer => longer,
        _ => NearestName.Of(name, known),
    };
}
