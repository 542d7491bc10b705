using System.Text.Json;

namespace Soma.System.Tests.Documentation;

/// <summary>Compares an answer with the one that a page of documentation shows.</summary>
internal static class JsonDifference
{
    private const string AnyValue = "…";

    /// <returns>The first difference, with the path to it; null where the two agree. Members may come in any order, but none may
    /// be missing or more.</returns>
    public static string? Find(JsonElement expected, JsonElement actual, string path)
    {
        if (expected.ValueKind == JsonValueKind.String && expected.GetString() == AnyValue)
        {
            return null;
        }

        if (expected.ValueKind != actual.ValueKind)
        {
            return $"{path} is {actual.ValueKind}, the page shows {expected.ValueKind}";
        }

        return expected.ValueKind switch
        {
            JsonValueKind.Object => FindInObject(expected, actual, path),
            JsonValueKind.Array => FindInArray(expected, actual, path),
            _ => expected.GetRawText() == actual.GetRawText() ? null : $"{path} is {actual.GetRawText()}, the page shows {expected.GetRawText()}",
        };
    }

    private static string? FindInObject(JsonElement expected, JsonElement actual, string path)
    {
        var shown = expected.EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        var answered = actual.EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        var missing = shown.Keys.Except(answered.Keys).ToList();
        var more = answered.Keys.Except(shown.Keys).ToList();
        if (missing.Count + more.Count > 0)
        {
            return $"{path} lacks [{string.Join(", ", missing)}] and has [{string.Join(", ", more)}] which the page does not show";
        }

        return shown.Select(member => Find(member.Value, answered[member.Key], $"{path}.{member.Key}")).FirstOrDefault(found => found is not null);
    }

    private static string? FindInArray(JsonElement expected, JsonElement actual, string path)
    {
        if (expected.GetArrayLength() != actual.GetArrayLength())
        {
            return $"{path} has {actual.GetArrayLength()} elements, the page shows {expected.GetArrayLength()}";
        }

        return expected.EnumerateArray().Zip(actual.EnumerateArray())
            .Select((pair, index) => Find(pair.First, pair.Second, $"{path}[{index}]"))
            .FirstOrDefault(found => found is not null);
    }
}
