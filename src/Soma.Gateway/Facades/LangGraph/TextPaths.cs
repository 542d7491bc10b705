using System.Text.RegularExpressions;

namespace Soma.Gateway.LangGraph;

/// <summary>
/// The texts of a value that a query finds, at paths such as <c>title</c>, <c>notes[*].text</c>, <c>tags[-1]</c>, <c>{title,body}</c> or
/// <c>*</c>; <c>$</c>: all texts of the value. The stores of the libraries read paths alike.
/// </summary>
internal static partial class TextPaths
{
    // Paths such as {a,*}.{a,*}.{a,*} name the same parts again and again, twice as often with each step.
    private const int MostParts = 100_000;

    // A value of megabytes that a hundred paths name would become gigabytes of text.
    private const int MostTimes = 8;
    private const int AlwaysAllowed = 4096;

    /// <summary>The texts at the paths, one a line; null if there are none.</summary>
    /// <exception cref="StoreRefusal">The texts are too many, or cannot be stored.</exception>
    public static string? Read(byte[] value, IReadOnlyList<string> paths)
    {
        if (paths.Count == 0)
        {
            return null;
        }

        using var json = JsonDocument.Parse(value, new JsonDocumentOptions { MaxDepth = JsonBody.MaxDepth });
        var text = new StringBuilder();
        var isAny = false;
        foreach (var part in paths.SelectMany(path => At(json.RootElement, path)).SelectMany(Leaves))
        {
            text.Append(isAny ? "\n" : "").Append(part);
            isAny = true;
            if (text.Length > AlwaysAllowed + ((long)value.Length * MostTimes))
            {
                throw Wrong("The paths name the same texts too often");
            }
        }

        var all = text.ToString();
        return !isAny ? null
            : all.Contains('\0', StringComparison.Ordinal) ? throw Wrong("A text that is indexed should not contain U+0000")
            : all;
    }

    private static List<JsonElement> At(JsonElement value, string path)
    {
        List<JsonElement> found = [value];
        if (path is "" or "$")
        {
            return found;
        }

        foreach (Match step in Steps().Matches(path))
        {
            found = [.. found.SelectMany(one => Children(one, step.Value)).Take(MostParts + 1)];
            if (found.Count > MostParts)
            {
                throw Wrong($"A path names more than {MostParts} parts of the value");
            }
        }

        return found;
    }

    private static IEnumerable<JsonElement> Children(JsonElement value, string step) => (step[0], value.ValueKind) switch
    {
        ('{', _) when step.EndsWith('}') => step[1..^1].Split(',', StringSplitOptions.TrimEntries).Where(field => field.Length > 0).SelectMany(field => Children(value, field)),
        (_, JsonValueKind.Object) when step is "*" or "[*]" => value.EnumerateObject().Select(member => member.Value),
        (_, JsonValueKind.Object) => value.TryGetProperty(step, out var member) ? [member] : [],
        (_, JsonValueKind.Array) when step is "*" or "[*]" => value.EnumerateArray(),
        ('[', JsonValueKind.Array) when step.EndsWith(']') => Element(value, step),
        _ => [],
    };

    private static IEnumerable<JsonElement> Element(JsonElement list, string step)
    {
        var count = list.GetArrayLength();
        if (!int.TryParse(step.AsSpan(1, step.Length - 2), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            return [];
        }

        index = index < 0 ? index + count : index;
        return index >= 0 && index < count ? [list[index]] : [];
    }

    private static IEnumerable<string> Leaves(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Leaves(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Leaves),
        JsonValueKind.String => [value.GetString() ?? ""],
        JsonValueKind.Null => [],
        _ => [value.GetRawText()],
    };

    private static StoreRefusal Wrong(string message) => new(new Problem(422, $"body.index: {message}"));

    [GeneratedRegex(@"\[[^\]]*\]|\{[^}]*\}|[^.[{]+", RegexOptions.CultureInvariant)]
    private static partial Regex Steps();
}
