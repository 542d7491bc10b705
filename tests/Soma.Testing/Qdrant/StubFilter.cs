using System.Text.Json;
using System.Text.Json.Nodes;

namespace Soma.Testing.Qdrant;

/// <summary>Qdrant's filters over the payload of a point, as far as Soma uses them.</summary>
internal static class StubFilter
{
    public static bool Matches(JsonNode? filter, StubPoint point)
    {
        if (filter is null)
        {
            return true;
        }

        var should = Clauses(filter["should"]);
        return Clauses(filter["must"]).All(condition => Holds(condition, point))
            && !Clauses(filter["must_not"]).Any(condition => Holds(condition, point))
            && (should.Count == 0 || should.Any(condition => Holds(condition, point)));
    }

    private static List<JsonObject> Clauses(JsonNode? clause) => clause switch
    {
        JsonArray many => [.. many.Select(one => one!.AsObject())],
        JsonObject one => [one],
        _ => [],
    };

    private static bool Holds(JsonObject condition, StubPoint point)
    {
        if (condition["has_id"] is JsonArray ids)
        {
            return ids.Any(id => Guid.Parse(id!.GetValue<string>()) == point.Id);
        }

        if (condition["is_empty"] is JsonObject empty)
        {
            return ValuesAt(point.Payload, empty["key"]!.GetValue<string>()).All(value => value is null);
        }

        if (condition["key"] is not { } key)
        {
            return Matches(condition, point);
        }

        var values = ValuesAt(point.Payload, key.GetValue<string>()).ToList();
        return condition["match"] is { } match
            ? values.Exists(value => MatchesValue(match, value))
            : condition["range"] is { } range && values.Exists(value => InRange(range, value));
    }

    private static bool MatchesValue(JsonNode match, JsonNode? value) => match["any"] is JsonArray any
        ? any.Any(wanted => Same(wanted, value))
        : Same(match["value"], value);

    // Only values of one kind are equal: a text never equals a number, and a whole number never equals a number with a
    // fraction.
    private static bool Same(JsonNode? wanted, JsonNode? value) =>
        wanted is not null && value is not null && wanted.GetValueKind() == value.GetValueKind() && wanted.GetValueKind() switch
        {
            JsonValueKind.String => wanted.GetValue<string>() == value.GetValue<string>(),
            JsonValueKind.Number => wanted.ToJsonString() == value.ToJsonString(),
            JsonValueKind.True or JsonValueKind.False => true,
            _ => false,
        };

    private static bool InRange(JsonNode range, JsonNode? value)
    {
        if (value?.GetValueKind() != JsonValueKind.Number)
        {
            return false;
        }

        var number = NumberOf(value);
        return (range["gt"] is not { } gt || number > NumberOf(gt)) && (range["gte"] is not { } gte || number >= NumberOf(gte))
            && (range["lt"] is not { } lt || number < NumberOf(lt)) && (range["lte"] is not { } lte || number <= NumberOf(lte));
    }

    private static double NumberOf(JsonNode value) => double.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<JsonNode?> ValuesAt(JsonNode? node, string path)
    {
        foreach (var key in path.Split('.'))
        {
            node = node is JsonObject holder ? holder[key] : null;
        }

        return node switch { null => [], JsonArray many => many, var one => new[] { one } };
    }
}
