using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Soma.Client;

/// <summary>Memories as a prompt takes them.</summary>
public sealed partial class MemoryContext
{
    private MemoryContext(string text, IReadOnlyList<Hit> memories, int tokens) => (Text, Memories, Tokens) = (text, memories, tokens);

    /// <summary>One line a memory, most relevant first; empty if there is none.</summary>
    public string Text { get; }

    /// <summary>Those that the text holds.</summary>
    public IReadOnlyList<Hit> Memories { get; }

    /// <summary>How long the text is.</summary>
    public int Tokens { get; }

    /// <summary>The text.</summary>
    public override string ToString() => Text;

    /// <summary>Best first. What does not fit is passed over, as the service does; only a first memory that is too long alone is cut.</summary>
    internal static MemoryContext Of(IReadOnlyList<Hit> hits, int budget, ContextOptions options)
    {
        var count = options.CountTokens ?? (text => (Encoding.UTF8.GetByteCount(text) + 3) / 4);
        List<string> lines = options.Heading.Length == 0 ? [] : [options.Heading];
        List<Hit> kept = [];
        foreach (var hit in hits)
        {
            var line = LineOf(hit);
            if (kept.Count == 0 && !Fits(line))
            {
                line = Cut(line, Fits);
            }

            if (line.Length > 0 && Fits(line))
            {
                lines.Add(line);
                kept.Add(hit);
            }
        }

        var text = kept.Count == 0 ? "" : string.Join('\n', lines);
        return new MemoryContext(text, kept, kept.Count == 0 ? 0 : count(text));

        bool Fits(string line) => count(string.Join('\n', [.. lines, line])) <= budget;
    }

    /// <summary>The longest beginning of the line that fits; empty if only a scrap of it would be left.</summary>
    private static string Cut(string line, Func<string, bool> fits)
    {
        var starts = StringInfo.ParseCombiningCharacters(line);
        var (least, most) = (0, starts.Length - 1);
        while (least < most)
        {
            var middle = (least + most + 1) / 2;
            (least, most) = fits($"{line[..starts[middle]]}…") ? (middle, most) : (least, middle - 1);
        }

        return starts[least] <= line.IndexOf(']', StringComparison.Ordinal) + 8 ? "" : $"{line[..starts[least]]}…";
    }

    private static string LineOf(Hit hit)
    {
        var payload = hit.Payload ?? [];
        var speaker = TextIn(payload, "speaker", "role") is { } name ? $"{name}: " : "";
        var text = TextIn(payload, "text", "content", "summary", "memory", "message") ?? Json.Text(payload);
        // A line is one memory: a text with line breaks could otherwise pass itself off as several.
        return Blanks().Replace($"- [{DateOf(hit)} {hit.Coord}] {speaker}{text}", " ").Trim();
    }

    private static string? TextIn(JsonObject payload, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (payload[name] is JsonValue value && value.TryGetValue<string>(out var text) && !string.IsNullOrWhiteSpace(text))
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>The day and minute, in UTC, of the payload's own <c>timestamp</c>, else of the memory's first store.</summary>
    private static string DateOf(Hit hit)
    {
        var own = hit.Payload?["timestamp"] is JsonValue value ? MomentOf(value) : null;
        return (own ?? hit.CreatedAt).UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }

    private static DateTimeOffset? MomentOf(JsonValue value)
    {
        if (value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<double>(out var number))
        {
            var seconds = number > 1e11 ? number / 1000 : number;
            return Math.Abs(seconds) < 1e11 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;
        }

        return value.TryGetValue<string>(out var text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
