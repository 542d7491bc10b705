using System.Text.RegularExpressions;

namespace Soma.System.Tests.Observability;

/// <summary>The metrics of one or more real scrapes, and the check that expressions use only these.</summary>
internal sealed partial class ScrapedMetrics
{
    /// <summary>Metrics that only the processes of a cluster have: separate silos and gateways.</summary>
    public static readonly IReadOnlySet<string> OnlyInACluster = new HashSet<string>
    {
        "microsoft_orleans_orleans_client_connected_gateways",
    };

    // Prometheus adds these labels to every series.
    private static readonly string[] TargetLabels = ["instance", "job"];

    private readonly Dictionary<string, HashSet<string>> _labels = new(StringComparer.Ordinal);

    private ScrapedMetrics(IEnumerable<string> scrapes)
    {
        foreach (var line in scrapes.SelectMany(scrape => scrape.Split('\n')).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var name = Name().Match(line).Value;
            if (!_labels.TryGetValue(name, out var labels))
            {
                _labels[name] = labels = [.. TargetLabels];
            }

            labels.UnionWith(Label().Matches(line).Select(label => label.Groups[1].Value));
        }
    }

    /// <summary>Fails and lists every metric and label that the expressions use and that no scrape holds.</summary>
    /// <param name="expressions">The expressions in PromQL.</param>
    /// <param name="scrapes">The contents of <c>/metrics</c> of real processes. Together they must hold all
    /// metrics.</param>
    /// <param name="elsewhere">Metrics of other programs, which may have any label.</param>
    public static void AssertKnown(IEnumerable<string> expressions, IEnumerable<string> scrapes, IReadOnlySet<string> elsewhere)
    {
        var scraped = new ScrapedMetrics(scrapes);
        var unknown = expressions.Select(PromExpression.Parse)
            .SelectMany(expression => scraped.FindUnknown(expression, elsewhere).Select(what => $"{what} in: {expression.Text}"));

        Assert.Empty(unknown);
    }

    private IEnumerable<string> FindUnknown(PromExpression expression, IReadOnlySet<string> elsewhere)
    {
        var here = expression.Metrics.Where(metric => !elsewhere.Contains(metric.Key)).ToList();
        foreach (var (metric, labels) in here)
        {
            if (!_labels.TryGetValue(metric, out var known))
            {
                yield return metric;
                continue;
            }

            foreach (var label in labels.Except(known))
            {
                yield return $"{metric}{{{label}}}";
            }
        }

        if (here.Count == expression.Metrics.Count)
        {
            var known = here.SelectMany(metric => _labels.GetValueOrDefault(metric.Key) ?? []).ToHashSet();
            foreach (var label in expression.Grouped.Except(known))
            {
                yield return $"the label {label}";
            }
        }
    }

    [GeneratedRegex("^[A-Za-z_:][A-Za-z0-9_:]*")]
    private static partial Regex Name();

    [GeneratedRegex("""([A-Za-z_]\w*)="(?:[^"\\]|\\.)*["]""")]
    private static partial Regex Label();
}
