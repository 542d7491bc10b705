using Soma.Deploy.Tests.Rendering;
using Soma.Deploy.Tests.Rules;

namespace Soma.Deploy.Tests;

/// <summary>Three values files, six switches on and off, two versions of Helm and of Kubernetes: 768 renderings, all rules of each.</summary>
public sealed class MatrixTests
{
    private static readonly string[] Files = ["values.yaml", "values-local-dev.yaml", "values-prod-ha.yaml"];

    // The oldest version that the chart supports, where the pause in preStop must be a command, and a current one.
    private static readonly string[] Versions = ["1.29.0", "1.34.0"];

    private static readonly (string Name, string[] Values)[] Switches =
    [
        ("ingress", ["ingress.enabled"]),
        ("backup", ["backup.enabled"]),
        ("policies", ["networkPolicy.enabled"]),
        ("monitors", ["metrics.serviceMonitor.enabled", "metrics.prometheusRule.enabled", "metrics.grafanaDashboard.enabled"]),
        ("tls", ["tls.enabled"]),
        ("scaling", ["autoscaling.enabled", "silo.autoscaling.enabled"]),
    ];

    public static TheoryData<string, string, int, string> Renderings()
    {
        var all = new TheoryData<string, string, int, string>();
        foreach (var helm in Helm.Versions)
        {
            foreach (var version in Versions)
            {
                foreach (var file in Files)
                {
                    foreach (var on in Enumerable.Range(0, 1 << Switches.Length))
                    {
                        var names = Switches.Where((_, place) => (on & (1 << place)) != 0).Select(one => one.Name);
                        all.Add(file, string.Join('+', names), helm, version);
                    }
                }
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public void Every_rendering_keeps_every_rule(string file, string on, int helm, string kubernetes)
    {
        var names = on.Split('+');
        var chart = new RenderedChart(Helm.Run(helm, new RenderRequest
        {
            Values = file,
            Helm = helm,
            Kubernetes = kubernetes,
            Sets = [.. Switches.SelectMany(one => one.Values.Select(value => $"{value}={(names.Contains(one.Name) ? "true" : "false")}"))],
        }.ToArguments()));

        Assert.Equal([], ChartRules.Check(chart));
    }

    [Theory]
    [MemberData(nameof(FilesAndVersions))]
    public void Every_rendering_with_backups_to_s3_keeps_every_rule(string file, int helm, string kubernetes)
    {
        var chart = new RenderedChart(Helm.Run(helm, new RenderRequest
        {
            Values = file,
            Helm = helm,
            Kubernetes = kubernetes,
            Sets =
            [
                "backup.enabled=true", "networkPolicy.enabled=true", "backup.s3.url=s3://bucket/prefix", "backup.s3.region=eu-central-1",
                "backup.s3.existingSecret=s3", "backup.s3.encryptionSecret=keys", "backup.s3.keepDays=30", "backup.s3.lockDays=7",
            ],
        }.ToArguments()));

        Assert.Equal([], ChartRules.Check(chart));
    }

    public static TheoryData<string, int, string> FilesAndVersions()
    {
        var all = new TheoryData<string, int, string>();
        foreach (var file in Files)
        {
            foreach (var helm in Helm.Versions)
            {
                foreach (var version in Versions)
                {
                    all.Add(file, helm, version);
                }
            }
        }

        return all;
    }
}
