using Soma.Grains.Searching.Fields;

namespace Soma.Grains.Searching;

/// <summary>Parses filters, and tests them on stored rows.</summary>
internal static class RowFilter
{
    /// <summary>Parses a filter that the gateway has checked. With null or <c>{}</c> every memory passes.</summary>
    /// <exception cref="ArgumentException">The filter is not valid.</exception>
    public static FilterExpression Read(byte[]? json) =>
        json is null ? FilterExpression.Empty
        : FilterParser.TryParse(json, out var filter, out var error, isStrict: false) ? filter
        : throw new ArgumentException($"{error.Path}: {error.Message}", nameof(json));

    public static bool Matches(FilterExpression filter, MemoryRow row) =>
        filter.Evaluate(new MemorySubject
        {
            Record = new RecordFields(row.Coordinate, row.Type, row.Importance, row.CreatedAt, row.UpdatedAt),
            Fields = FieldSet.OfWhole(row.Payload),
        }) == FilterVerdict.Yes;
}
