using System.Net.Http.Json;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Observability;

/// <summary>
/// Dashboard and alerts may only use metrics that exist: a panel over a missing metric looks like a quiet service, and
/// an alert over one never fires.
/// </summary>
[Collection(ProcessTests.Name)]
public sealed class ExpressionTests
{
    [Fact]
    public async Task Dashboard_and_alerts_use_only_metrics_that_a_process_publishes()
    {
        using var folder = new TestFolder();
        await using var soma = new SomaProcess(new Dictionary<string, string?> { ["SOMA_DATA_DIR"] = folder.Location });
        await soma.StartAsync();
        using var stored = await soma.Client.PostAsJsonAsync("/memories", new { coord = "1,2", payload = new { text = "a kettle" } });
        using var found = await soma.Client.PostAsJsonAsync("/memories/search", new { query = "kettle" });
        stored.EnsureSuccessStatusCode();
        found.EnsureSuccessStatusCode();

        var scrape = await soma.Client.GetStringAsync("/metrics");

        ScrapedMetrics.AssertKnown([.. OperatorFiles.BoardExpressions, .. OperatorFiles.AlertExpressions], [scrape], ScrapedMetrics.OnlyInACluster);
    }

    [Fact]
    public void The_dashboard_works_with_any_data_source()
    {
        using var board = OperatorFiles.Board;
        var panels = OperatorFiles.Panels(board).ToList();

        Assert.True(board.RootElement.GetProperty("schemaVersion").GetInt32() >= 39);
        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(
            panels.Where(panel => panel.GetProperty("type").GetString() != "row").Concat(panels.SelectMany(OperatorFiles.Targets)),
            part => Assert.Equal("${datasource}", part.GetProperty("datasource").GetProperty("uid").GetString()));
    }

    [Fact]
    public void Every_alert_has_an_expression_and_is_documented()
    {
        Assert.NotEmpty(OperatorFiles.AlertNames);
        Assert.Equal(OperatorFiles.AlertNames.Count, OperatorFiles.AlertExpressions.Count);
        Assert.All(OperatorFiles.AlertNames, name => Assert.Contains($"`{name}`", OperatorFiles.Monitoring, StringComparison.Ordinal));
        Assert.Contains("\n## Alerts\n", OperatorFiles.Monitoring, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sum by (le) (rate(a_bucket{x=\"y{z}\",w!~\"v\"}[5m]))", "a_bucket(w,x) by le")]
    [InlineData("histogram_quantile(0.99, sum(rate(a_b[$__rate_interval])) by (le)) > 1e3", "a_b() by le")]
    [InlineData("(a / on (i) group_left (n) b{c=~\"d|e\"}) or vector(0) unless absent(f) offset 5m", "a() b(c) f() by i,n")]
    [InlineData("time() - process_start_time_seconds > bool 0", "process_start_time_seconds()")]
    public void An_expression_is_read_for_its_metrics_and_labels(string text, string expected)
    {
        var expression = PromExpression.Parse(text);

        var read = string.Join(' ', expression.Metrics.Select(metric => $"{metric.Key}({string.Join(',', metric.Value.Order())})"));
        Assert.Equal(expected, expression.Grouped.Count == 0 ? read : $"{read} by {string.Join(',', expression.Grouped.Order())}");
    }

    [Theory]
    [InlineData("rate(gone_total[5m])")]
    [InlineData("rate(here_total{elsewhere=\"x\"}[5m])")]
    [InlineData("sum by (elsewhere) (here_total)")]
    public void A_metric_or_label_that_no_scrape_holds_is_reported(string expression) => Assert.ThrowsAny<Exception>(() =>
        ScrapedMetrics.AssertKnown([expression], ["other 1\n", "# HELP here_total x\nhere_total{kind=\"a\"} 1\n"], new HashSet<string>()));

    [Fact]
    public void A_metric_in_one_of_several_scrapes_is_known() =>
        ScrapedMetrics.AssertKnown(
            ["sum by (kind, instance) (rate(here_total{kind=\"a\"}[5m])) / other"], ["other 1\n", "here_total{kind=\"a\"} 1\n"], new HashSet<string>());
}
