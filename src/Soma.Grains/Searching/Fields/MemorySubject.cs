namespace Soma.Grains.Searching.Fields;

/// <summary>The record fields of a memory that filters can name.</summary>
public readonly record struct RecordFields(
    Coordinate Coordinate, MemoryType Type, double Importance, Instant CreatedAt, Instant UpdatedAt);

/// <summary>One memory, as filters test it. It is mutable so that one object serves a scan over a whole namespace. One thread at a time may use it.</summary>
public sealed class MemorySubject : IFilterSubject
{
    private const string TimestampPath = "timestamp";

    public RecordFields Record { get; set; }

    public FieldSet? Fields { get; set; }

    public FilterVerdict Test(FilterCondition condition) => condition.Field.Source switch
    {
        FilterSource.MemoryType => FieldTest.Test(FieldValue.Of(Record.Type.ToName()), isElement: false, condition),
        FilterSource.Importance => FieldTest.Test(FieldValue.Of(Record.Importance), isElement: false, condition),
        FilterSource.CreatedAt => FieldTest.TestTime(Record.CreatedAt.Microseconds, condition),
        FilterSource.UpdatedAt => FieldTest.TestTime(Record.UpdatedAt.Microseconds, condition),
        FilterSource.Timestamp => TestTimestamp(condition),
        FilterSource.Coordinate => TestCoordinate(condition),
        FilterSource.Id => Record.Coordinate.Id is { } id ? FieldTest.Test(FieldValue.Of(id), isElement: false, condition) : FilterVerdict.No,
        _ => Fields?.Test(condition.Field.Path, condition) ?? FilterVerdict.NeedsRow,
    };

    private FilterVerdict TestTimestamp(FilterCondition condition) => Fields?.Has(TimestampPath) switch
    {
        true => Fields.Test(TimestampPath, condition),
        false => FieldTest.TestTime(Record.CreatedAt.Microseconds, condition),
        null => FilterVerdict.NeedsRow,
    };

    private FilterVerdict TestCoordinate(FilterCondition condition) => condition.Operator switch
    {
        FilterOperator.Exists => FilterVerdict.Yes,
        FilterOperator.Contains => FieldTest.Test(FieldValue.Of(Record.Coordinate.Text), isElement: false, condition),
        FilterOperator.Equal or FilterOperator.In =>
            FieldTest.Verdict(condition.Operands.Any(operand => operand.Coordinate == Record.Coordinate)),
        var order => FieldTest.Verdict(
            condition.Operands[0].Coordinate is { } other && Compare(Record.Coordinate, other) is { } sign
            && FilterOperators.Holds(order, sign)),
    };

    // Coordinates are compared number by number, because the order of their texts ("10.0" before "9.0") is useless. Ids are
    // compared by their text. A coordinate and an id cannot be compared.
    private static int? Compare(Coordinate left, Coordinate right) => (left.Id, right.Id) switch
    {
        (null, null) => left.ToNumbers().AsSpan().SequenceCompareTo(right.ToNumbers()),
        (not null, not null) => left.CompareTo(right),
        _ => null,
    };
}
