namespace Soma.Grains.Interfaces.Filtering;

/// <summary>
/// How a condition tests one field. Each asks whether <i>any</i> value at the path fits; <c>$ne</c> and <c>$nin</c> are the
/// negations of <see cref="Equal"/> and <see cref="In"/>, hence true where the field is absent.
/// </summary>
public enum FilterOperator
{
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    In,
    Exists,

    /// <summary>An array has the element, or a string the substring.</summary>
    Contains,
}

/// <summary>The operators as filters write them.</summary>
public static class FilterOperators
{
    /// <summary>The operators of a field, as in <c>{"turn":{"$gte":3}}</c>.</summary>
    internal static IReadOnlyList<string> OfFields { get; } =
        ["$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$exists", "$contains", "$not"];

    /// <summary>The operators that stand in the place of a field, as in <c>{"$or":[…]}</c>.</summary>
    internal static IReadOnlyList<string> OfFilters { get; } = ["$and", "$or", "$not"];

    /// <summary>The message for an unknown operator.</summary>
    internal static string Refuse(string name, IReadOnlyList<string> known) => Synonym(name) is { } synonym
        ? $"Unknown operator {name}: {synonym}"
        : NearestName.Of(name, known) is { } nearest
            ? $"Unknown operator {name}; did you mean {nearest}?"
            : $"Unknown operator {name}. Known are {string.Join(' ', known)}.";

    /// <summary>The operator that a plain key is without its <c>$</c>, whatever its case; null: it is none.</summary>
    internal static string? WithoutSign(string key) =>
        OfFilters.FirstOrDefault(known => known.AsSpan(1).Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a comparison that came out as <paramref name="order"/> is what the operator asks for.</summary>
    public static bool Holds(FilterOperator @operator, int order) => @operator switch
    {
        FilterOperator.Greater => order > 0,
        FilterOperator.GreaterOrEqual => order >= 0,
        FilterOperator.Less => order < 0,
        FilterOperator.LessOrEqual => order <= 0,
        _ => throw new ArgumentOutOfRangeException(nameof(@operator), @operator, "This operator does not compare."),
    };

    private static string? Synonym(string name) => name.TrimStart('$').ToLowerInvariant() switch
    {
        "nor" => "write {\"$not\":{\"$or\":[…]}}.",
        "regex" or "like" or "ilike" or "match" => "$contains finds a part of a text.",
        "=" or "==" or "is" => "did you mean $eq?",
        "!=" or "<>" or "neq" or "not_eq" => "did you mean $ne?",
        ">" => "did you mean $gt?",
        ">=" or "ge" or "min" or "from" or "since" => "did you mean $gte?",
        "<" => "did you mean $lt?",
        "<=" or "le" or "max" or "to" or "until" => "did you mean $lte?",
        "not_in" or "notin" => "did you mean $nin?",
        "any" => "did you mean $in?",
        _ => null,
    };
}
