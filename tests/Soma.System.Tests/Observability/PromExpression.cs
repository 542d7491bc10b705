using System.Text.RegularExpressions;

namespace Soma.System.Tests.Observability;

/// <summary>
/// Extracts the metrics and labels from a PromQL expression. It only splits the text into tokens, which is enough to
/// find unknown names.
/// </summary>
internal sealed partial class PromExpression
{
    private static readonly HashSet<string> LabelLists = ["by", "without", "on", "ignoring", "group_left", "group_right"];
    private static readonly HashSet<string> Words = ["and", "or", "unless", "bool", "offset", "atan2", "inf", "nan"];

    private readonly Dictionary<string, HashSet<string>> _metrics = new(StringComparer.Ordinal);
    private readonly HashSet<string> _grouped = new(StringComparer.Ordinal);

    private PromExpression(string text) => Text = text;

    public string Text { get; }

    /// <summary>Each metric, with the labels in its selectors.</summary>
    public IReadOnlyDictionary<string, HashSet<string>> Metrics => _metrics;

    /// <summary>The labels by which results are grouped or matched.</summary>
    public IReadOnlySet<string> Grouped => _grouped;

    public static PromExpression Parse(string text)
    {
        var expression = new PromExpression(text);
        var tokens = Token().Matches(text).Select(match => match.Value).ToList();
        string? metric = null;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i] == "{")
            {
                var end = tokens.IndexOf("}", i);
                // In a selector, a name before a comparison is a label. The value it is compared with is a string.
                var labels = Enumerable.Range(i, end - i).Where(at => IsName(tokens[at])).Select(at => tokens[at]);
                expression._metrics[metric ?? throw new FormatException($"A selector without a metric: {text}")].UnionWith(labels);
                i = end;
            }
            else if (LabelLists.Contains(tokens[i]))
            {
                if (i + 1 < tokens.Count && tokens[i + 1] == "(")
                {
                    var end = tokens.IndexOf(")", i);
                    expression._grouped.UnionWith(tokens[(i + 2)..end].Where(IsName));
                    i = end;
                }
            }
            else if (IsName(tokens[i]) && !Words.Contains(tokens[i].ToLowerInvariant()) && !IsFunction(tokens, i))
            {
                metric = tokens[i];
                expression._metrics.TryAdd(metric, new HashSet<string>(StringComparer.Ordinal));
            }
        }

        return expression;
    }

    // The labels of an aggregation may stand before its operand: `sum by (le) (…)`.
    private static bool IsFunction(List<string> tokens, int at) =>
        at + 1 < tokens.Count && (tokens[at + 1] == "(" || tokens[at + 1] is "by" or "without");

    private static bool IsName(string token) => char.IsLetter(token[0]) || token[0] is '_' or ':';

    // Strings, ranges and numbers with units are single tokens, so that no name is found inside them.
    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|\d[\w.]*|[A-Za-z_:][\w:]*|[^\s]
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Token();
}
