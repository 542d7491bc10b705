using k8s.Models;
using Soma.Deploy.Tests.Rendering;
using Soma.Deploy.Tests.Rules;

namespace Soma.Deploy.Tests;

/// <summary>The Job of "Restoring" in the chart's README, which a reader renders by itself.</summary>
public sealed class RestoreTests
{
    [Theory]
    [InlineData("", "false", "soma restore --from /backups")]
    [InlineData("/backups/soma-20260101T030000Z", "true", "soma restore --from /backups/soma-20260101T030000Z --replace")]
    public void It_restores_what_is_asked_for(string from, string replace, string command)
    {
        var chart = Chart.Render(new RenderRequest
        {
            Values = "values-prod-ha.yaml",
            Sets = ["backup.restore.enabled=true", $"backup.restore.from={from}", $"backup.restore.replace={replace}"],
            Only = "templates/backup/restore-job.yaml",
        });

        var job = Assert.Single(chart.All<V1Job>());
        Assert.Equal(command, string.Join(' ', job.Spec.Template.Spec.Containers.Single().Command));
        Assert.Equal("", job.Spec.Template.Spec.Containers.Single().Env.Single(one => one.Name == "SOMA_DATA_DIR").Value);
        Assert.Equal("somafractalmemory-backup", chart.Workloads.Single().Volume("backups")?.PersistentVolumeClaim.ClaimName);
        Assert.Equal("backup", chart.Workloads.Single().Component);
    }

    [Fact]
    public void It_keeps_the_rules_and_is_not_there_by_itself()
    {
        Assert.Equal([], ChartRules.Check(Chart.Render("backup.enabled=true", "backup.restore.enabled=true")));
        Assert.DoesNotContain(Chart.Render("backup.enabled=true").All<V1Job>(), job => job.Metadata.GenerateName is not null);
    }
}
