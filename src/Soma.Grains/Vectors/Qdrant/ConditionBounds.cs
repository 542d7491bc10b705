using Soma.Grains.Engine.Tier;
using Soma.Grains.Searching.Fields;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>Translates one filter condition for Qdrant, over the fields of <see cref="QdrantPayload"/>.</summary>
internal sealed class ConditionBounds(long namespaceId)
{
    private const double LargestExact = 1L << 53;

    private static readonly MemoryType[] Types = [MemoryType.Episodic, MemoryType.Semantic, MemoryType.Belief];

    public Bounds Of(FilterCondition condition) => condition.Field.Source switch
    {
        FilterSource.MemoryType => OfType(condition),
        FilterSource.Importance => OfImportance(condition),
        FilterSource.CreatedAt => OfMoment(QdrantPayload.Created, condition),
        FilterSource.UpdatedAt => OfMoment(QdrantPayload.Updated, condition),
        FilterSource.Timestamp => OfTimestamp(condition),
        FilterSource.Coordinate => OfKeys(condition, operand => operand.Coordinate, exists: Bounds.Exactly(true)),
        FilterSource.Id => OfKeys(
            condition, operand => operand.Value.Text is { } id && Coordinate.TryParseId(id, out var key, out _) ? key : null, Bounds.Unknown),
        _ => OfPayload(condition),
    };

    // There are only three memory types. The operator is applied to each of them here, and Qdrant is asked for those
    // that pass.
    private static Bounds OfType(FilterCondition condition)
    {
        var passing = Types
            .Where(type => FieldTest.Test(FieldValue.Of(FilterTokens.NameOf(type)), isElement: false, condition) == FilterVerdict.Yes)
            .Select(FilterTokens.OfType).ToList();
        return passing.Count is 0 or 3 ? Bounds.Exactly(passing.Count == 3) : Exact(QdrantConditions.Match(QdrantPayload.Tokens, passing));
    }

    private static Bounds OfImportance(FilterCondition condition) => condition.Operator switch
    {
        FilterOperator.Exists => Bounds.Exactly(true),
        FilterOperator.Contains => Bounds.Exactly(false),
        FilterOperator.Equal or FilterOperator.In => OfImportances(condition),
        _ => OfNumbers(FilterTokens.ImportanceKey, condition, canBeOpen: false),
    };

    private static Bounds OfMoment(string key, FilterCondition condition) => condition.Operator switch
    {
        FilterOperator.Exists => Bounds.Exactly(true),
        FilterOperator.Contains => Bounds.Exactly(false),
        FilterOperator.Equal or FilterOperator.In => OfWholes(key, condition),
        var order => condition.Operands[0].Time is { } time ? OfTime(key, order, time) : Bounds.Exactly(false),
    };

    private static Bounds OfTimestamp(FilterCondition condition)
    {
        if (condition.Operator is FilterOperator.Exists or FilterOperator.Contains || condition.Operands.Any(operand => operand.Time is null))
        {
            return Bounds.Unknown;
        }

        var bounds = condition.Operator is FilterOperator.Equal or FilterOperator.In
            ? OfWholes(QdrantPayload.Times, condition)
            : OfTime(QdrantPayload.Times, condition.Operator, condition.Operands[0].Time.GetValueOrDefault());

        // A timestamp that is not a moment is compared by its value, so the stored moments do not decide and the memory
        // must pass.
        return bounds with { Over = Or(bounds.Over, FilterTokens.Open, FilterTokens.OddTimestamp), IsExact = false };
    }

    private Bounds OfKeys(FilterCondition condition, Func<FilterOperand, Coordinate?> keyOf, Bounds exists) => condition.Operator switch
    {
        FilterOperator.Exists => exists,
        FilterOperator.Equal or FilterOperator.In => OfIds(
            [.. condition.Operands.Select(keyOf).OfType<Coordinate>().Select(named => PointId.Of(namespaceId, named))]),
        _ => Bounds.Unknown,
    };

    private static Bounds OfIds(List<Guid> ids) => ids.Count == 0 ? Bounds.Exactly(false) : Exact(QdrantConditions.HasId(ids));

    private static Bounds OfPayload(FilterCondition condition)
    {
        var path = condition.Field.Path;
        switch (condition.Operator)
        {
            case FilterOperator.Exists:
                var there = Bound.Of(QdrantConditions.Match(QdrantPayload.Tokens, [FilterTokens.OfPath(path)]));
                return new Bounds(Or(there, FilterTokens.Open), Copy(there), true);
            case FilterOperator.Equal or FilterOperator.In:
                return OfValues(path, condition);
            case FilterOperator.Contains when condition.Operands[0].Value.Kind != FieldKind.Text:
                // An array's element and a plain value at the path have the same token, so this gives a superset, and
                // no subset.
                var either = OfValues(path, condition);
                return either with { Under = Bound.Nothing, IsExact = false };
            case FilterOperator.Contains:
                return Bounds.Unknown;
            default:
                return OfNumbers(FilterTokens.PathKey(path), condition, canBeOpen: true);
        }
    }

    // A record's importance is a double. A number that no double says exactly equals no memory's importance.
    private static Bounds OfImportances(FilterCondition condition)
    {
        var tokens = condition.Operands.Where(operand => operand.Value is { Kind: FieldKind.Number, Digits: null })
            .Select(operand => FilterTokens.OfImportance(operand.Value.Number)).ToList();
        return tokens.Count == 0 ? Bounds.Exactly(false) : Exact(QdrantConditions.Match(QdrantPayload.Tokens, tokens));
    }

    private static Bounds OfValues(string path, FilterCondition condition)
    {
        var values = condition.Operands.Select(operand => operand.Value).ToList();
        var digits = values.Where(value => value.Digits is not null).Select(value => FilterTokens.OfDigits(path, value)).ToList();
        var times = condition.Operands.Where(operand => operand is { Value.Kind: FieldKind.Text, Time: not null })
            .Select(operand => FilterTokens.OfTime(path, operand.Time.GetValueOrDefault())).ToList();
        var over = MatchAny([.. values.Select(value => FilterTokens.OfValue(path, value)), .. digits, .. times]);
        var under = MatchAny([.. values.Where(value => !FilterTokens.IsShared(value)).Select(value => FilterTokens.OfValue(path, value)), .. digits, .. times]);
        return new Bounds(Or(over, FilterTokens.Open), under, !values.Exists(value => FilterTokens.IsShared(value)));
    }

    private static Bounds OfNumbers(string numbersKey, FilterCondition condition, bool canBeOpen)
    {
        var operand = condition.Operands[0].Value;
        if (operand.Kind != FieldKind.Number || !double.IsFinite(operand.Number))
        {
            return Bounds.Unknown;
        }

        var bounds = Around($"{QdrantPayload.Numbers}.{numbersKey}", condition.Operator, operand.Number);
        return canBeOpen ? bounds with { Over = Or(bounds.Over, FilterTokens.Open) } : bounds;
    }

    private static Bounds OfWholes(string key, FilterCondition condition)
    {
        var times = condition.Operands.Select(operand => operand.Time).OfType<long>().ToList();
        return times.Count == 0 ? Bounds.Exactly(false) : Exact(QdrantConditions.MatchWhole(key, times));
    }

    // Qdrant compares doubles. They hold whole microseconds exactly up to 2^53, which is the year 2255.
    private static Bounds OfTime(string key, FilterOperator order, long time) => Math.Abs((double)time) < LargestExact
        ? Exact(QdrantConditions.Range(key, NameOf(order), time))
        : Around(key, order, time);

    // Not every JSON reader rounds a decimal number to the nearest double, so Qdrant may have stored a neighbouring
    // double.
    private static Bounds Around(string key, FilterOperator order, double limit)
    {
        var (below, above) = (Math.BitDecrement(Math.BitDecrement(limit)), Math.BitIncrement(Math.BitIncrement(limit)));
        if (!double.IsFinite(below) || !double.IsFinite(above))
        {
            return Bounds.Unknown;
        }

        var isLower = order is FilterOperator.Greater or FilterOperator.GreaterOrEqual;
        return new Bounds(
            Bound.Of(QdrantConditions.Range(key, NameOf(order), isLower ? below : above)),
            Bound.Of(QdrantConditions.Range(key, NameOf(order), isLower ? above : below)),
            false);
    }

    private static string NameOf(FilterOperator order) => order switch
    {
        FilterOperator.Greater => "gt",
        FilterOperator.GreaterOrEqual => "gte",
        FilterOperator.Less => "lt",
        _ => "lte",
    };

    private static Bound MatchAny(List<string> tokens) =>
        tokens.Count == 0 ? Bound.Nothing : Bound.Of(QdrantConditions.Match(QdrantPayload.Tokens, tokens));

    private static Bound Or(Bound bound, params string[] tokens) =>
        Bound.Any([bound, Bound.Of(QdrantConditions.Match(QdrantPayload.Tokens, tokens))]);

    private static Bounds Exact(JsonObject condition)
    {
        var bound = Bound.Of(condition);
        return new Bounds(bound, Copy(bound), true);
    }

    // A JSON node can have one parent only.
    private static Bound Copy(Bound bound) =>
        bound.Condition is { } condition ? Bound.Of((JsonObject)condition.DeepClone()) : bound;
}
