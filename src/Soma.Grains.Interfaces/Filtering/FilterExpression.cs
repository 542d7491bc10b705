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

/// <summary>Answers a filter's conditions for one memory.</summary>
public interface IFilterSubject
{
    FilterVerdict Test(FilterCondition condition);
}

/// <summary>A part of a filter; immutable, and safe for any number of threads.</summary>
public abstract record FilterNode
{
    public abstract FilterVerdict Evaluate(IFilterSubject subject);
}

/// <summary>A test of one field.</summary>
public sealed record FilterCondition : FilterNode
{
    public required FilterField Field { get; init; }

    public required FilterOperator Operator { get; init; }

    /// <summary>What the field is compared with; of <see cref="FilterOperator.In"/> several, of <see cref="FilterOperator.Exists"/> none.</summary>
    public FilterOperand[] Operands { get; init; } = [];

    public override FilterVerdict Evaluate(IFilterSubject subject) => subject.Test(this);
}

/// <summary>Every part must pass; without parts, everything does.</summary>
public sealed record FilterAnd(FilterNode[] Parts) : FilterNode
{
    public override FilterVerdict Evaluate(IFilterSubject subject)
    {
        var verdict = FilterVerdict.Yes;
        foreach (var part in Parts)
        {
            var next = part.Evaluate(subject);
            if (next == FilterVerdict.No)
            {
                return next;
            }

            verdict = next < verdict ? next : verdict;
        }

        return verdict;
    }
}

/// <summary>One part must pass; without parts, nothing does.</summary>
public sealed record FilterOr(FilterNode[] Parts) : FilterNode
{
    public override FilterVerdict Evaluate(IFilterSubject subject)
    {
        var verdict = FilterVerdict.No;
        foreach (var part in Parts)
        {
            var next = part.Evaluate(subject);
            if (next == FilterVerdict.Yes)
            {
                return next;
            }

            verdict = next > verdict ? next : verdict;
        }

        return verdict;
    }
}

/// <summary>The part must not pass.</summary>
public sealed record FilterNot(FilterNode Part) : FilterNode
{
    public override FilterVerdict Evaluate(IFilterSubject subject) => Part.Evaluate(subject) switch
    {
        FilterVerdict.Yes => FilterVerdict.No,
        FilterVerdict.No => FilterVerdict.Yes,
        var undecided => undecided,
    };
}
