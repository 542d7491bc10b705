using Soma.Grains.Interfaces.Filtering;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>Pushes filters down to Qdrant as far as it can express them.</summary>
/// <remarks>
/// What is pushed down lets at least everything pass that the filter does: a hit too many is dropped when its row is read, a
/// hit too few would be lost for good. So every condition is translated twice, into a superset and a subset of itself, and
/// <c>$not</c> takes the complement of its part's <i>subset</i>. A condition that Qdrant cannot test (order of texts,
/// substrings) is everything as a superset and nothing as a subset, and falls out of the lists around it.
/// </remarks>
internal static class QdrantFilters
{
    public static PushedFilter Push(FilterExpression filter, long namespaceId)
    {
        if (filter.Root is not { } root)
        {
            return new PushedFilter(null, IsExact: true, PassesNothing: false);
        }

        var bounds = Translate(root, new ConditionBounds(namespaceId));
        return new PushedFilter(bounds.Over.Condition, bounds.IsExact, bounds.Over is { Condition: null, Passes: false });
    }

    private static Bounds Translate(FilterNode node, ConditionBounds conditions)
    {
        switch (node)
        {
            case FilterCondition condition:
                return conditions.Of(condition);
            case FilterNot not:
                var part = Translate(not.Part, conditions);
                return new Bounds(Bound.Not(part.Under), Bound.Not(part.Over), part.IsExact);
            case FilterAnd and:
                return Join(and.Parts, conditions, Bound.All);
            case FilterOr or:
                return Join(or.Parts, conditions, Bound.Any);
            default:
                return Bounds.Unknown;
        }
    }

    private static Bounds Join(FilterNode[] parts, ConditionBounds conditions, Func<IEnumerable<Bound>, Bound> join)
    {
        var translated = parts.Select(part => Translate(part, conditions)).ToList();
        return new Bounds(
            join(translated.Select(part => part.Over)),
            join(translated.Select(part => part.Under)),
            translated.TrueForAll(part => part.IsExact));
    }
}
