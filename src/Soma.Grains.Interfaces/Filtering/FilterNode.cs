namespace Soma.Grains.Interfaces.Filtering;

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
