namespace Soma.Grains.Interfaces.Filtering;

/// <summary>A checked filter: what memories must pass, and words that only raise those which have them.</summary>
public sealed record FilterExpression
{
    public static FilterExpression Empty { get; } = new();

    /// <summary>Null: everything passes.</summary>
    public FilterNode? Root { get; init; }

    /// <summary>The <c>_keywords</c> hints, as given.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    public FilterVerdict Evaluate(IFilterSubject subject) => Root?.Evaluate(subject) ?? FilterVerdict.Yes;
}
