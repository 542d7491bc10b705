using System.Text;
using System.Text.Json;
using Soma.Grains.Interfaces.Filtering;

namespace Soma.Grains.Engine.Searching.Text;

/// <summary>Makes of a payload the text that is embedded and indexed.</summary>
/// <remarks>
/// An explicit text wins. Else the payload's main text, with its short descriptive fields in front: who spoke, when, under
/// which title. The date in words is worth 2 to 4 points of recall, since questions name dates. A payload without any such
/// field yields all its strings. Field names are compared without regard to case, at the payload's top level.
/// </remarks>
public static class IndexedText
{
    /// <summary>Longest text indexed, in characters; the rest of a longer one is not searched.</summary>
    public const int LongestText = 1 << 20;

    private const int LongestDescription = 200;

    private static readonly string[] MainFields =
    [
        "text", "content", "summary", "what", "headline", "task", "message", "body", "description", "fact", "note",
        "observation", "statement", "value", "title",
    ];

    private static readonly string[] DescriptiveFields =
    [
        "date", "datetime", "time", "timestamp", "when", "speaker", "role", "author", "sender", "from", "user", "name", "who", "title",
        "headline", "subject", "topic", "task", "summary", "category", "event", "location", "place", "where", "tags", "keywords",
    ];

    /// <summary>The text, or an empty one when the payload has no string at all.</summary>
    /// <param name="payload">A JSON object, UTF-8.</param>
    /// <param name="text">What the client gave to be indexed instead.</param>
    public static string Compose(ReadOnlySpan<byte> payload, string? text)
    {
        var composed = string.IsNullOrWhiteSpace(text) ? Compose(payload) : text;
        return composed.Length <= LongestText ? composed : composed[..LongestText];
    }

    private static string Compose(ReadOnlySpan<byte> payload)
    {
        var fields = ReadTopLevel(payload);
        foreach (var name in MainFields)
        {
            if (fields.TryGetValue(name, out var main) && !main.IsNumber && main.Text.Length > 0)
            {
                return Describe(fields, name, main.Text);
            }
        }

        return string.Join(". ", fields.Values.Where(field => !field.IsNumber && field.Text.Length > 0).Select(field => field.Text));
    }

    private static string Describe(Dictionary<string, Field> fields, string mainName, string main)
    {
        var text = new StringBuilder();
        foreach (var name in DescriptiveFields)
        {
            if (name != mainName && fields.TryGetValue(name, out var field) && DescriptionOf(name, field) is { } description
                && !HasPhrase(main, description) && !HasPhrase(text.ToString(), description))
            {
                text.Append(text.Length > 0 ? ", " : "").Append(description);
            }
        }

        return text.Length == 0 ? main : text.Append(": ").Append(main).ToString();
    }

    private static string? DescriptionOf(string name, Field field)
    {
        var isDate = name is "date" or "datetime" or "time" or "timestamp" or "when";
        if (field.IsNumber)
        {
            return isDate ? DateWords.Of(field.Number) : null;
        }

        return field.Text.Length is > 0 and <= LongestDescription ? isDate ? DateWords.Of(field.Text) : field.Text : null;
    }

    private static bool HasPhrase(string text, string phrase)
    {
        for (var at = text.IndexOf(phrase, StringComparison.OrdinalIgnoreCase); at >= 0;)
        {
            var end = at + phrase.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
            {
                return true;
            }

            at = text.IndexOf(phrase, at + 1, StringComparison.OrdinalIgnoreCase);
        }

        return false;
    }

    private static Dictionary<string, Field> ReadTopLevel(ReadOnlySpan<byte> payload)
    {
        var fields = new Dictionary<string, Field>(StringComparer.OrdinalIgnoreCase);
        var reader = new Utf8JsonReader(payload, JsonFields.Options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonFields.ReadText(ref reader);
            reader.Read();
            fields[name] = reader.TokenType == JsonTokenType.Number
                ? new Field("", JsonFields.ReadNumber(ref reader).Number, true)
                : new Field(ReadStrings(ref reader), 0, false);
        }

        return fields;
    }

    private static string ReadStrings(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return JsonFields.ReadText(ref reader).Trim();
        }

        if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            return "";
        }

        var depth = reader.CurrentDepth;
        var strings = new List<string>();
        var isKind = false;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            // The parts of a chat message name their kind ("text", "image_url"), which is nothing that was said.
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                isKind = reader.ValueTextEquals("type"u8);
            }
            else if (reader.TokenType == JsonTokenType.String && !isKind && JsonFields.ReadText(ref reader).Trim() is { Length: > 0 } found)
            {
                strings.Add(found);
            }
        }

        return string.Join(". ", strings);
    }

    private readonly record struct Field(string Text, double Number, bool IsNumber);
}
