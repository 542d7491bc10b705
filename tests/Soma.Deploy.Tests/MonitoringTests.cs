using k8s;
using k8s.Models;
using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests;

/// <summary>The chart ships the alerts and the dashboard of <c>deploy/</c>, and no copies that could differ.</summary>
public sealed class MonitoringTests
{
    [Fact]
    public void The_rule_holds_the_alerts_of_deploy()
    {
        var rule = Chart.Render("metrics.prometheusRule.enabled=true", "metrics.prometheusRule.labels.release=prometheus").Get<PrometheusRule>("somafractalmemory");

        var written = KubernetesYaml.Deserialize<PrometheusRule.RuleSpec>(Chart.Read("deploy/prometheus/alerts.yaml"), strict: true);
        Assert.Equal(Lines(written), Lines(rule.Spec));
        Assert.Contains(Lines(written), line => line.StartsWith("SomaNoSilo ", StringComparison.Ordinal));
        Assert.Equal("prometheus", rule.Metadata.Labels["release"]);
    }

    [Fact]
    public void The_config_map_holds_the_board_of_deploy()
    {
        var board = Chart.Render("metrics.grafanaDashboard.enabled=true").Get<V1ConfigMap>("somafractalmemory-board");

        Assert.Equal(Chart.Read("deploy/grafana/soma.json").TrimEnd(), board.Data["soma.json"].TrimEnd());
        Assert.Equal("1", board.Metadata.Labels["grafana_dashboard"]);
    }

    [Fact]
    public void Monitors_scrape_gateways_and_silos()
    {
        var monitors = Chart.Render("metrics.serviceMonitor.enabled=true", "metrics.serviceMonitor.interval=15s").All<ServiceMonitor>().ToArray();

        Assert.Equal(["http /metrics 15s", "admin /metrics 15s"], monitors.SelectMany(one => one.Spec.Endpoints).Select(one => $"{one.Port} {one.Path} {one.Interval}"));
    }

    [Fact]
    public void Nobody_scrapes_silos_whom_nobody_named()
    {
        var chart = Chart.Render("metrics.serviceMonitor.enabled=true", "networkPolicy.metricsFrom=null");

        Assert.DoesNotContain(chart.Get<V1NetworkPolicy>("somafractalmemory-silo").Spec.Ingress, rule => rule.Ports.Any(port => port.Port.Value == "9596"));
    }

    private static IEnumerable<string> Lines(PrometheusRule.RuleSpec spec) => spec.Groups.SelectMany(group => group.Rules)
        .Select(rule => $"{rule.Alert} {rule.Expr} {rule.For} {string.Join(' ', rule.Labels.Concat(rule.Annotations))}");
}
