using System.Text.Json;

namespace Soma.Grains.Tests.Filtering;

/// <summary>Filters by walking the payload's document, condition by condition: slow, plain, and independent of the engine.</summary>
internal static class NaiveFilter
{
    public static bool Passes(JsonElement filter, JsonElement payload) => filter.EnumerateObject().All(member => member.Name switch
    {
        "$and" => member.Value.EnumerateArray().All(part => Passes(part, payload)),
        "$or" => member.Value.EnumerateArray().Any(part => Passes(part, payload)),
        "$not" => !Passes(member.Value, payload),
        _ when IsOperators(member.Value) => PassesAll(member.Name, member.Value, payload),
        _ => Test(member.Name, "$eq", member.Value, payload),
    });

    private static bool IsOperators(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any(member => member.Name.StartsWith('$'));

    private static bool PassesAll(string path, JsonElement operators, JsonElement payload) =>
        operators.EnumerateObject().All(member => Test(path, member.Name, member.Value, payload));

    private static bool Test(string path, string @operator, JsonElement operand, JsonElement payload)
    {
        var found = Resolve(payload, path.Split('.')).ToList();
        var values = found.Concat(found.Where(IsArray).SelectMany(array => array.EnumerateArray())).ToList();
        return @operator switch
        {
            "$eq" => values.Any(value => Same(value, operand)),
            "$ne" => !values.Any(value => Same(value, operand)),
            "$in" => values.Any(value => operand.EnumerateArray().Any(one => Same(value, one))),
            "$nin" => !values.Any(value => operand.EnumerateArray().Any(one => Same(value, one))),
            "$exists" => found.Count > 0 == operand.GetBoolean(),
            "$contains" => found.Any(value => Contains(value, operand)),
            "$not" => !PassesAll(path, operand, payload),
            "$gt" => values.Any(value => Order(value, operand) > 0),
            "$gte" => values.Any(value => Order(value, operand) >= 0),
            "$lt" => values.Any(value => Order(value, operand) < 0),
            "$lte" => values.Any(value => Order(value, operand) <= 0),
            _ => throw new InvalidOperationException(@operator),
        };
    }

    private static IEnumerable<JsonElement> Resolve(JsonElement value, ReadOnlyMemory<string> path)
    {
        if (path.IsEmpty)
        {
            return [value];
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => value.TryGetProperty(path.Span[0], out var member) ? Resolve(member, path[1..]) : [],
            JsonValueKind.Array => value.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.Object).SelectMany(one => Resolve(one, path)),
            _ => [],
        };
    }

    private static bool Contains(JsonElement value, JsonElement operand) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().Any(one => Same(one, operand)),
        JsonValueKind.String => operand.ValueKind == JsonValueKind.String
            && value.GetString()!.Contains(operand.GetString()!, StringComparison.Ordinal),
        _ => false,
    };

    private static int? Order(JsonElement left, JsonElement right) => (left.ValueKind, right.ValueKind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => ExactNumbers.Compare(left.GetRawText(), right.GetRawText()),
        (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(left.GetString(), right.GetString()),
        _ => null,
    };

    private static bool Same(JsonElement left, JsonElement right) =>
        left.ValueKind == JsonValueKind.Number && right.ValueKind == JsonValueKind.Number
            ? ExactNumbers.Compare(left.GetRawText(), right.GetRawText()) == 0
            : left.ValueKind == right.ValueKind && left.ValueKind switch
            {
                JsonValueKind.Array => left.GetArrayLength() == right.GetArrayLength()
                    && left.EnumerateArray().Zip(right.EnumerateArray()).All(pair => Same(pair.First, pair.Second)),
                JsonValueKind.Object => left.EnumerateObject().Count() == right.EnumerateObject().Count()
                    && left.EnumerateObject().All(member => right.TryGetProperty(member.Name, out var other) && Same(member.Value, other)),
                JsonValueKind.String => left.GetString() == right.GetString(),
                _ => true,
            };

    private static bool IsArray(JsonElement value) => value.ValueKind == JsonValueKind.Array;
}
