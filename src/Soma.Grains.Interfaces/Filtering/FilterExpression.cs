namespace Soma.Grains.Interfaces.Filtering;

/// <summary>A checked filter: what memories must pass, and words that only raise those which have them.</summary>
public sealed record FilterExpression
{
    public static FilterExpression Empty { get; } = new();

    /// <summary>Null: everything passes.</summary>
    public FilterNode? Root { get; init; }

    /// <summary>The <c>_keywords</c> hints, as given.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>
    /// Whether every memory passes by the filter's shape, whatever its fields hold: there is no condition, or the conditions
    /// that there are cannot change the outcome, as in <c>{"$or":[{"a":1},{}]}</c>.
    /// </summary>
    /// <remarks>
    /// Asked with every field unknown. Two conditions are never weighed against each other, so <c>{"$or":[{"a":1},{"a":{"$ne":1}}]}</c>
    /// counts as what it says: it names what may pass.
    /// </remarks>
    public bool PassesEverything => Evaluate(UnknownMemory.Instance) == FilterVerdict.Yes;

    public FilterVerdict Evaluate(IFilterSubject subject) => Root?.Evaluate(subject) ?? FilterVerdict.Yes;
}

/// <summary>Whether a memory passes, as far as what is held of its fields can tell.</summary>
public enum FilterVerdict
{
    No = 0,

    /// <summary>What is held does not decide it: the whole payload must be asked.</summary>
    NeedsRow = 1,

    Yes = 2,
}
