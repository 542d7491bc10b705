using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>Translates a filter for Qdrant as far as Qdrant can express it.</summary>
/// <remarks>
/// The translated filter lets every memory pass that passes the original filter, and perhaps more. An extra hit is
/// dropped when its row is read, but a missing hit would be lost. So every condition is translated twice, into a
/// superset and into a subset, and <c>$not</c> takes the complement of the <i>subset</i> of its part. A condition that
/// Qdrant cannot test (order of texts, substrings) has "everything" as its superset and "nothing" as its subset, and is
/// dropped from the lists around it.
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

/// <summary>The part of a filter that Qdrant can test.</summary>
/// <param name="Condition">A Qdrant condition that every memory passes which passes the filter; null: Qdrant gets no
/// condition.</param>
/// <param name="IsExact">Whether the only other points that pass are those with the token <see
/// cref="FilterTokens.Open"/>.</param>
/// <param name="PassesNothing">Whether no memory can pass the filter, so that Qdrant need not be asked.</param>
internal sealed record PushedFilter(JsonObject? Condition, bool IsExact, bool PassesNothing);
