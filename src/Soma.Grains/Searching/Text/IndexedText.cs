namespace Soma.Grains.Searching.Text;

/// <summary>Composes the text that is embedded and indexed for a payload.</summary>
/// <remarks>
/// If the client gave a text, that text is used. Otherwise it is the payload's main text, after its short descriptive fields: who
/// spoke, and in brackets when and under which title. Example: <c>Ann (8 May 2023): I like tea</c>. The date in words is worth 2
/// to 4 points of recall, since questions name dates; a sentence model understands the speaker best at the very beginning. A
/// payload without any such field yields all its strings. Field names are compared without regard to case, at the payload's top
/// level. Every other string and number of the payload is the further text, which is indexed for words only and at less weight.
/// </remarks>
public static class IndexedText
{
    /// <summary>Longest text indexed, in characters; the rest of a longer one is not searched.</summary>
    public const int LongestText = 1 << 20;

    /// <summary>Longest further text indexed, in characters.</summary>
    public const int LongestFurther = 1 << 16;

    private const int LongestDescription = 200;

    // What a chat calls its two sides. They name nobody: a question about users is not a question for what a user said.
    private static readonly string[] Roles = ["user", "assistant", "system", "tool", "human", "ai", "bot", "model", "developer", "function"];

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

    /// <summary>Composes what is indexed of a memory.</summary>
    /// <param name="payload">A JSON object, UTF-8.</param>
    /// <param name="text">What the client gave to be indexed instead.</param>
    /// <param name="selection">Which of the payload's further fields are indexed; null: all.</param>
    public static ComposedText Compose(ReadOnlySpan<byte> payload, string? text, FieldSelection? selection = null)
    {
        var fields = ReadTopLevel(payload, selection);
        var speaker = SpeakerOf(fields);
        var composed = string.IsNullOrWhiteSpace(text) ? Compose(fields, speaker) : Replace(fields, text);
        var isRole = Roles.Contains(speaker, StringComparer.OrdinalIgnoreCase);
        var further = FurtherOf(fields, except: isRole ? speaker : null);
        return new ComposedText(composed.Length <= LongestText ? composed : composed[..LongestText], isRole ? "" : speaker)
        {
            Further = further.Length <= LongestFurther ? further : further[..LongestFurther],
            IsPartly = composed.Length > LongestText || further.Length > LongestFurther,
            LabelLength = isRole && composed.StartsWith(speaker, StringComparison.Ordinal) && !ReferenceEquals(composed, text) ? speaker.Length : 0,
        };
    }

    /// <summary>Whether a part of the memory is not indexed, because it is too long.</summary>
    public static bool IsPartly(byte[] payload, string? text, FieldSelection? selection = null) =>
        payload.Length + (text?.Length ?? 0) > LongestFurther && Compose(payload, text, selection).IsPartly;

    // A given text stands in the place of the payload's main text. The other fields stay what they are.
    private static string Replace(Dictionary<string, Field> fields, string text)
    {
        if (MainFields.Select(fields.GetValueOrDefault).FirstOrDefault(field => field is { IsNumber: false, Text.Length: > 0 }) is { } main)
        {
            main.IsUsed = true;
        }

        return text;
    }

    private static string FurtherOf(Dictionary<string, Field> fields, string? except)
    {
        var further = new StringBuilder();
        foreach (var field in fields.Values)
        {
            foreach (var part in field.IsSelected ? [field.IsUsed || field.Text == except ? "" : field.Text, field.Digits] : (string[])[])
            {
                further.Append(further.Length > 0 && part.Length > 0 ? "\n" : "").Append(part);
            }
        }

        return further.ToString();
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
                main.IsUsed = true;
                return Describe(fields, speaker, name, main.Text);
            }
        }

        var strings = fields.Values.Where(field => !field.IsNumber && field.Text.Length > 0).ToList();
        strings.ForEach(field => field.IsUsed = true);
        return string.Join(". ", strings.Select(field => field.Text));
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
                field.IsUsed = true;
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

    private static Dictionary<string, Field> ReadTopLevel(ReadOnlySpan<byte> payload, FieldSelection? selection)
    {
        var fields = new Dictionary<string, Field>(StringComparer.OrdinalIgnoreCase);
        var reader = new Utf8JsonReader(payload, JsonFields.Options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonFields.ReadText(ref reader);
            reader.Read();
            fields[name] = reader.TokenType == JsonTokenType.Number
                ? new Field("", JsonFields.ReadNumber(ref reader).Number, true, Encoding.ASCII.GetString(reader.ValueSpan))
                : new Field(ReadStrings(ref reader, out var digits), 0, false, digits);
            fields[name].IsSelected = selection?.Takes(name) ?? true;
        }

        return fields;
    }

    private static string ReadStrings(ref Utf8JsonReader reader, out string digits)
    {
        digits = "";
        if (reader.TokenType == JsonTokenType.String)
        {
            return JsonFields.ReadText(ref reader).Trim();
        }

        if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            return "";
        }

        var depth = reader.CurrentDepth;
        var (strings, numbers) = (new List<string>(), (List<string>?)null);
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
            else if (reader.TokenType == JsonTokenType.Number)
            {
                (numbers ??= []).Add(Encoding.ASCII.GetString(reader.ValueSpan));
            }
        }

        digits = numbers is null ? "" : string.Join('\n', numbers);

        return string.Join(". ", strings);
    }

    private sealed class Field(string text, double number, bool isNumber, string digits)
    {
        public string Text => text;

        public double Number => number;

        public bool IsNumber => isNumber;

        /// <summary>The numbers in it, as they are written.</summary>
        public string Digits => digits;

        /// <summary>Whether its strings stand in the text.</summary>
        public bool IsUsed { get; set; }

        /// <summary>Whether it may be part of the further text.</summary>
        public bool IsSelected { get; set; }
    }
}

/// <summary>What is embedded and indexed of a memory.</summary>
/// <param name="Text">Empty: there is nothing.</param>
/// <param name="Speaker">Who says it, by the payload; empty: nobody.</param>
public readonly record struct ComposedText(string Text, string Speaker)
{
    /// <summary>Every other string and number of the payload.</summary>
    public string Further { get; init; } = "";

    /// <summary>Whether a part was left out, because it is too long.</summary>
    public bool IsPartly { get; init; }

    /// <summary>How many characters at the beginning of the text only name a side of the chat. They are embedded, but are no words of the text.</summary>
    public int LabelLength { get; init; }

    /// <summary>The part of the text whose words are indexed.</summary>
    public ReadOnlySpan<char> Words => Text.AsSpan(LabelLength);
}

/// <summary>Which fields of a payload are indexed beside its text, by the settings of the namespace.</summary>
/// <param name="Only">The names of the fields that are; null: all are.</param>
/// <param name="Not">The names of fields that are not.</param>
public sealed record FieldSelection(IReadOnlyCollection<string>? Only, IReadOnlyCollection<string> Not)
{
    public bool Takes(string name) => (Only is null || Only.Contains(name, StringComparer.OrdinalIgnoreCase)) && !Not.Contains(name, StringComparer.OrdinalIgnoreCase);
}
