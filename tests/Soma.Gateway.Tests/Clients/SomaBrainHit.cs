using System.Text.Json;

namespace Soma.Gateway.Tests.Clients;

/// <summary>What SomaBrain makes of one item of a search answer.</summary>
internal sealed record SomaBrainHit(JsonElement Payload, double? Score, double[]? Coordinate)
{
    private static readonly string[] ListKeys = ["matches", "results", "items", "memories", "entries", "hits"];
    private static readonly string[] NotPayload = ["score", "coord", "coordinate", "distance", "vector"];

    /// <summary>Reads the list under the first of the keys it knows, or a bare list.</summary>
    public static List<SomaBrainHit> ReadAll(JsonElement answer)
    {
        var list = answer.ValueKind == JsonValueKind.Array ? answer : First(answer, ListKeys) ?? First(answer, ["data"]);
        return list is { ValueKind: JsonValueKind.Array } items ? [.. items.EnumerateArray().Select(Read)] : [];
    }

    /// <summary>Three numbers or more, from a comma string or a list; null where it would fall back to a coordinate of its own.</summary>
    public static double[]? ReadCoordinate(JsonElement owner)
    {
        foreach (var key in (ReadOnlySpan<string>)["coord", "coordinate"])
        {
            if (owner.TryGetProperty(key, out var value) && ReadNumbers(value) is { Length: >= 3 } numbers)
            {
                return numbers;
            }
        }

        return null;
    }

    private static SomaBrainHit Read(JsonElement item) => new(ReadPayload(item), ReadScore(item), ReadCoordinate(item));

    private static JsonElement ReadPayload(JsonElement item)
    {
        if (item.TryGetProperty("payload", out var payload) && payload.ValueKind == JsonValueKind.Object)
        {
            return payload;
        }

        if (item.TryGetProperty("memory", out var memory))
        {
            return memory.TryGetProperty("payload", out var inner) ? inner : memory;
        }

        return JsonSerializer.SerializeToElement(
            item.EnumerateObject().Where(member => !NotPayload.Contains(member.Name)).ToDictionary(member => member.Name, member => member.Value));
    }

    private static double? ReadScore(JsonElement item) => First(item, ["score", "similarity"]) is { ValueKind: JsonValueKind.Number } score
        ? score.GetDouble()
        : item.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty("score", out var nested)
            ? nested.GetDouble()
            : null;

    private static double[]? ReadNumbers(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [.. value.GetString()!.Split(',').Select(piece => double.Parse(piece.Trim()))],
        JsonValueKind.Array => [.. value.EnumerateArray().Select(number => number.GetDouble())],
        _ => null,
    };

    private static JsonElement? First(JsonElement owner, string[] keys)
    {
        foreach (var key in keys)
        {
            if (owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(key, out var value))
            {
                return value;
            }
        }

        return null;
    }
}
