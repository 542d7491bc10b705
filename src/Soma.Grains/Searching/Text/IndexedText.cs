namespace Soma.Grains.Searching.Text;

/// <summary>Composes the text that is embedded and indexed for a payload.</summary>
/// <remarks>
/// If the client gave a text, that text is used. Otherwise it is the payload's main text, after its short descriptive fields: who
/// spoke, and in brackets when and under which title. Example: <c>Ann (8 May 2023): I like tea</c>. The date in words is worth 2
/// to 4 points of recall, since questions name dates; a sentence model understands the speaker best at the very beginning. A
/// payload without any such field yields all its strings. Field names are compared without regard to case, at the payload's top
/// level.
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

    private static readonly string[] SpeakerFields = ["speaker", "role", "author", "sender", "from", "user", "name", "who"];

    private static readonly string[] DescriptiveFields =
    [
        "date", "datetime", "time", "timestamp", "when", "title", "headline", "subject", "topic", "task", "summary", "category", "event", "location", "place", "where", "tags", "keywords",
    ];

    /// <summary>Returns the text (empty if the payload has no string at all) and its speaker (empty if there is none).</summary>
    /// <param name="payload">A JSON object, UTF-8.</param>
    /// <param name="text">What the client gave to be indexed instead.</param>
    public static ComposedText Compose(ReadOnlySpan<byte> payload, string? text)
    {
        var fields = ReadTopLevel(payload);
        var speaker = SpeakerOf(fields);
        var composed = string.IsNullOrWhiteSpace(text) ? Compose(fields, speaker) : text;
        return new ComposedText(composed.Length <= LongestText ? composed : composed[..LongestText], speaker);
    }

    private static string SpeakerOf(Dictionary<string, Field> fields)
    {
        foreach (var name in SpeakerFields)
        {
            if (fields.TryGetValue(name, out var field) && field.Text.Length is > 0 and <= LongestDescription)
            {
                return field.Text;
            }
        }

        return "";
    }

    private static string Compose(Dictionary<string, Field> fields, string speaker)
    {
        foreach (var name in MainFields)
        {
            if (fields.TryGetValue(name, out var main) && !main.IsNumber && main.Text.Length > 0)
            {
                return Describe(fields, speaker, name, main.Text);
            }
        }

        return string.Join(". ", fields.Values.Where(field => !field.IsNumber && field.Text.Length > 0).Select(field => field.Text));
    }

    private static string Describe(Dictionary<string, Field> fields, string speaker, string mainName, string main)
    {
        var details = new StringBuilder();
        foreach (var name in DescriptiveFields)
        {
            if (name != mainName && fields.TryGetValue(name, out var field) && DescriptionOf(name, field) is { } description
                && !HasPhrase(main, description) && !HasPhrase(details.ToString(), description))
            {
                details.Append(details.Length > 0 ? ", " : "").Append(description);
            }
        }

        // Many clients write "Ann: I like tea" themselves. The name is then moved before the description of the turn.
        var said = speaker.Length > 0 && main.StartsWith(speaker + ":", StringComparison.OrdinalIgnoreCase) ? main[(speaker.Length + 1)..].TrimStart() : main;
        var who = speaker.Length > 0 && (said.Length < main.Length || !HasPhrase(main, speaker)) ? speaker : "";
        return (who.Length, details.Length) switch
        {
            (0, 0) => main,
            (0, _) => $"{details}: {said}",
            (_, 0) => $"{who}: {said}",
            _ => $"{who} ({details}): {said}",
        };
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
            // The parts of a chat message name their kind ("text", "image_url"), which nobody said.
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

/// <summary>What is embedded and indexed of a memory.</summary>
/// <param name="Text">Empty: there is nothing.</param>
/// <param name="Speaker">Who says it, by the payload; empty: nobody.</param>
public readonly record struct ComposedText(string Text, string Speaker);
