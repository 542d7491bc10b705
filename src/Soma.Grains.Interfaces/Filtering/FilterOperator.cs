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
