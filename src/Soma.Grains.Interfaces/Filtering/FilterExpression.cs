namespace Soma.Grains.Interfaces.Filtering;

/// <summary>A parsed filter: the conditions that memories must pass, and hint words that only raise the scores of memories that have them.</summary>
public sealed record FilterExpression
{
    public static FilterExpression Empty { get; } = new();

    /// <summary>Null: everything passes.</summary>
    public FilterNode? Root { get; init; }

    /// <summary>The <c>_keywords</c> hints, as given.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>
    /// Whether every memory passes by the filter's shape, whatever its fields hold: there is no condition, or the conditions that
    /// there are cannot change the outcome, as in <c>{"$or":[{"a":1},{}]}</c>.
    /// </summary>
    /// <remarks>
    /// The filter is evaluated with every field unknown. Two conditions are not compared with each other, so
    /// <c>{"$or":[{"a":1},{"a":{"$ne":1}}]}</c> does not count as passing everything, although it does.
    /// </remarks>
    public bool PassesEverything => Evaluate(UnknownMemory.Instance) == FilterVerdict.Yes;

    public FilterVerdict Evaluate(IFilterSubject subject) => Root?.Evaluate(subject) ?? FilterVerdict.Yes;
}

/// <summary>Whether a memory passes a filter, judged by the fields that the index holds.</summary>
public enum FilterVerdict
{
    No = 0,

    /// <summary>The fields that the index holds do not decide it, so the stored payload must be read.</summary>
    NeedsRow = 1,

    Yes = 2,
}

/// <summary>Tests the conditions of a filter on one memory.</summary>
public interface IFilterSubject
{
    FilterVerdict Test(FilterCondition condition);
}

/// <summary>A part of a filter. Immutable, so any number of threads may use it.</summary>
public abstract record FilterNode
{
    public abstract FilterVerdict Evaluate(IFilterSubject subject);
}

/// <summary>A test of one field.</summary>
public sealed record FilterCondition : FilterNode
{
    public required FilterField Field { get; init; }

    public required FilterOperator Operator { get; init; }

    /// <summary>The values that the field is compared with: several for <see cref="FilterOperator.In"/>, none for <see cref="FilterOperator.Exists"/>, else one.</summary>
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
