namespace Soma.Grains.Searching.Fields;

/// <summary>Tests one value against one condition of a filter.</summary>
internal static class FieldTest
{
    /// <param name="value">The value at the condition's path.</param>
    /// <param name="isElement">Whether it is an element of the array at that path.</param>
    /// <param name="condition">The condition.</param>
    public static FilterVerdict Test(in FieldValue value, bool isElement, FilterCondition condition)
    {
        switch (condition.Operator)
        {
            case FilterOperator.Exists:
                return Verdict(!isElement);
            case FilterOperator.Contains:
                return Contains(value, isElement, condition);
            case FilterOperator.Equal or FilterOperator.In:
                foreach (var operand in condition.Operands)
                {
                    if (Equals(value, condition, operand))
                    {
                        return FilterVerdict.Yes;
                    }
                }

                return FilterVerdict.No;
            default:
                return Order(value, condition);
        }
    }

    /// <summary>Tests a time of the record itself, such as <c>created_at</c>, against one condition.</summary>
    public static FilterVerdict TestTime(long microseconds, FilterCondition condition) => Verdict(condition.Operator switch
    {
        FilterOperator.Exists => true,
        FilterOperator.Contains => false,
        FilterOperator.Equal or FilterOperator.In => condition.Operands.Any(operand => operand.Time == microseconds),
        var order => condition.Operands[0].Time is { } time && FilterOperators.Holds(order, microseconds.CompareTo(time)),
    });

    public static FilterVerdict Verdict(bool passes) => passes ? FilterVerdict.Yes : FilterVerdict.No;

    private static FilterVerdict Contains(in FieldValue value, bool isElement, FilterCondition condition)
    {
        var operand = condition.Operands[0].Value;
        if (isElement)
        {
            return Verdict(Equals(value, condition, condition.Operands[0]));
        }

        if (value.Kind != FieldKind.Text || operand.Text is null)
        {
            return FilterVerdict.No;
        }

        return value.Text is { } text ? Verdict(text.Contains(operand.Text, StringComparison.Ordinal)) : FilterVerdict.NeedsRow;
    }

    private static FilterVerdict Order(in FieldValue value, FilterCondition condition)
    {
        var operand = condition.Operands[0];
        if (TimeFor(condition, operand, value) is { } time)
        {
            return Verdict(FilterOperators.Holds(condition.Operator, time.CompareTo(operand.Time.GetValueOrDefault())));
        }

        return value.CompareWith(operand.Value) is { } order ? Verdict(FilterOperators.Holds(condition.Operator, order))
            : value.IsShortened && operand.Value.Kind == value.Kind ? FilterVerdict.NeedsRow
            : FilterVerdict.No;
    }

    private static bool Equals(in FieldValue value, FilterCondition condition, FilterOperand operand) =>
        TimeFor(condition, operand, value) is { } time ? time == operand.Time : value.Matches(operand.Value);

    // Two ISO times are compared as moments, whatever the field is called, because one moment has many spellings. A payload's
    // timestamp may also be an epoch number, and so may the operand; in other fields a number is a number. Null: the two are not
    // compared as moments.
    private static long? TimeFor(FilterCondition condition, FilterOperand operand, in FieldValue value) =>
        operand.Time is not null && (condition.Field.Source == FilterSource.Timestamp || (value.Kind == FieldKind.Text && operand.Value.Kind == FieldKind.Text))
            ? FilterOperand.TimeOf(value) : null;
}
