using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;

namespace Soma.Remote;

/// <summary>How arguments that several commands share are read.</summary>
internal static class RemoteArguments
{
    private const string CoordinateLetters = "0123456789.,+-eE ";

    public const string KeyText = "A memory: its id, with or without an @ in front, or a coordinate such as 1,2.";

    public static Option<string?> Filter() => JsonText("--filter", "Only memories whose fields match, as JSON: {\"year\":{\"$gte\":2024}}.");

    public static Option<string?> MemoryType()
    {
        var type = new Option<string?>("--type") { Description = "episodic, semantic or belief." };
        type.AcceptOnlyFromAmong("episodic", "semantic", "belief");
        return type;
    }

    public static Option<string?> AsOf() => new("--as-of") { Description = "As it was at a moment of the past: a seq, or a time as ISO-8601." };

    /// <summary>An option whose value is a JSON object.</summary>
    public static Option<string?> JsonText(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) is { } text && TryParseObject(text) is null)
            {
                result.AddError($"{name}: {text} is no JSON object.");
            }
        });
        return option;
    }

    public static void RequirePositive(OptionResult result, long value)
    {
        if (value < 1)
        {
            result.AddError($"{result.Option.Name} must be at least 1.");
        }
    }

    public static JsonObject? TryParseObject(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The key text of a word of the command line. A word that is no coordinate is an id; an id that looks like one needs its <c>@</c>.</summary>
    public static string KeyOf(string word) =>
        word.StartsWith('@') || (word.Any(char.IsAsciiDigit) && word.All(letter => CoordinateLetters.Contains(letter, StringComparison.Ordinal))) ? word : "@" + word;

    public static string PathOf(string word) => $"memories/{Uri.EscapeDataString(KeyOf(word))}";

    /// <summary>A query of the parameters that have a value.</summary>
    public static string Query(params (string Name, string? Value)[] parameters) =>
        string.Join('&', parameters.Where(one => one.Value is not null).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value ?? "")}"));

    /// <summary>The members that have a value.</summary>
    public static JsonObject Body(params (string Name, JsonNode? Value)[] members) =>
        new(members.Where(one => one.Value is not null).Select(one => KeyValuePair.Create(one.Name, one.Value)));
}
