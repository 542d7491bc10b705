using System.Text.Json;
using System.Text.RegularExpressions;
using Soma.Testing;

namespace Soma.System.Tests.Observability;

/// <summary>Reads the files for operators: Grafana's dashboard and Prometheus' alerts.</summary>
internal static partial class OperatorFiles
{
    private static readonly string Root = Repository.Root;

    public static string Alerts => Read("deploy/prometheus/alerts.yaml");

    public static string Monitoring => Read("docs/monitoring.md");

    public static JsonDocument Board => JsonDocument.Parse(Read("deploy/grafana/soma.json"));

    public static IReadOnlyList<string> AlertNames => [.. AlertName().Matches(Alerts).Select(match => match.Groups[1].Value)];

    /// <summary>
    /// The expression of each alert. A folded expression (<c>&gt;-</c>) continues while lines are indented deeper.
    /// </summary>
    public static IReadOnlyList<string> AlertExpressions =>
        [.. AlertExpression().Matches(Alerts).Select(match => match.Groups["line"].Success ? match.Groups["line"].Value : match.Groups["block"].Value)];

    public static IReadOnlyList<string> BoardExpressions
    {
        get
        {
            using var board = Board;
            return [.. Panels(board).SelectMany(Targets).Select(target => target.GetProperty("expr").GetString()!)];
        }
    }

    public static IEnumerable<JsonElement> Panels(JsonDocument board) => board.RootElement.GetProperty("panels").EnumerateArray();

    public static IEnumerable<JsonElement> Targets(JsonElement panel) =>
        panel.TryGetProperty("targets", out var targets) ? targets.EnumerateArray() : [];

    private static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    [GeneratedRegex(@"^ +- alert: (\w+)$", RegexOptions.Multiline)]
    private static partial Regex AlertName();

    [GeneratedRegex(@"^ {8}expr: (?:>-\n(?<block>(?: {10}.*\n)+)|(?<line>.+)$)", RegexOptions.Multiline)]
    private static partial Regex AlertExpression();
}
