namespace Soma.Grains.Interfaces.Filtering;

/// <summary>Stands for a memory of which nothing is known. It decides only the conditions that have the same result for every memory.</summary>
internal sealed class UnknownMemory : IFilterSubject
{
    // The names that filters and answers use.
    private static readonly string[] MemoryTypes = ["episodic", "semantic", "belief"];

    public static UnknownMemory Instance { get; } = new();

    public FilterVerdict Test(FilterCondition condition) => condition switch
    {
        { Operator: FilterOperator.In, Operands.Length: 0 } => FilterVerdict.No,
        { Field.Source: FilterSource.Payload } => FilterVerdict.NeedsRow,

        // Every memory has all fields of the record.
        { Operator: FilterOperator.Exists } => FilterVerdict.Yes,
        { Field.Source: FilterSource.MemoryType } => OfType(condition),
        { Operator: FilterOperator.Contains, Field.Source: FilterSource.Coordinate } => OfCoordinate(condition.Operands[0].Value),
        { Operator: FilterOperator.Contains, Field.Source: not FilterSource.Timestamp } => FilterVerdict.No,
        _ => FilterVerdict.NeedsRow,
    };

    private static FilterVerdict OfType(FilterCondition condition) => MemoryTypes.Count(type => Passes(FieldValue.Of(type), condition)) switch
    {
        0 => FilterVerdict.No,
        var passing when passing == MemoryTypes.Length => FilterVerdict.Yes,
        _ => FilterVerdict.NeedsRow,
    };

    private static bool Passes(FieldValue type, FilterCondition condition) => condition.Operator switch
    {
        FilterOperator.Equal or FilterOperator.In => condition.Operands.Any(operand => type.Matches(operand.Value)),
        FilterOperator.Contains => condition.Operands[0].Value.Text is { } part && type.Text?.Contains(part, StringComparison.Ordinal) == true,
        var order => type.CompareWith(condition.Operands[0].Value) is { } sign && FilterOperators.Holds(order, sign),
    };

    private static FilterVerdict OfCoordinate(FieldValue part) => part.Text switch
    {
        null => FilterVerdict.No,
        "" => FilterVerdict.Yes,
        _ => FilterVerdict.NeedsRow,
    };
}
