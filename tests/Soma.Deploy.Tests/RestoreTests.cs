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
    public void From_s3_it_restores_the_chosen_backup_with_keys_from_files()
    {
        var chart = Chart.Render(new RenderRequest
        {
            Values = "values-prod-ha.yaml",
            Sets =
            [
                "backup.restore.enabled=true", "backup.s3.url=s3://bucket/soma", "backup.restore.at=2026-01-02T08:00Z",
                "backup.s3.existingSecret=s3", "backup.s3.encryptionSecret=keys", "backup.s3.encryptionKeys={new,old}",
            ],
            Only = "templates/backup/restore-job.yaml",
        });

        var container = Assert.Single(chart.All<V1Job>()).Spec.Template.Spec.Containers.Single();
        Assert.Equal(
            "soma restore --from s3://bucket/soma --at 2026-01-02T08:00Z --encrypt-key-file /run/secrets/backup-keys/new --encrypt-key-file /run/secrets/backup-keys/old",
            string.Join(' ', container.Command));
        Assert.Equal("/run/secrets/s3/secret-access-key", container.Env.Single(one => one.Name == "SOMA_S3_SECRET_ACCESS_KEY_FILE").Value);
        Assert.Equal("s3", chart.Workloads.Single().Volume("s3")?.Secret.SecretName);
        Assert.Null(chart.Workloads.Single().Volume("backups"));
    }

    [Fact]
    public void A_schedule_to_s3_needs_no_volume_and_keeps_the_rules()
    {
        var chart = Chart.Render(
            "backup.enabled=true", "backup.schedule=@hourly", "backup.s3.url=s3://bucket/soma", "backup.s3.endpoint=https://s3.example.org",
            "backup.s3.keepDays=30", "backup.s3.lockDays=7", "backup.s3.existingSecret=s3", "backup.s3.encryptionSecret=keys");

        Assert.Equal([], ChartRules.Check(chart));
        var pod = Assert.Single(chart.All<V1CronJob>()).Spec.JobTemplate.Spec.Template.Spec;
        Assert.Equal(
            "soma backup --to s3://bucket/soma --keep 14 --keep-days 30 --lock-days 7 --encrypt-key-file /run/secrets/backup-keys/key",
            string.Join(' ', pod.InitContainers.Single().Command));
        Assert.Equal("soma verify --from s3://bucket/soma --new --encrypt-key-file /run/secrets/backup-keys/key", string.Join(' ', pod.Containers.Single().Command));
        Assert.DoesNotContain(chart.All<V1PersistentVolumeClaim>(), claim => claim.Metadata.Name.EndsWith("-backup", StringComparison.Ordinal));
    }

    [Fact]
    public void It_keeps_the_rules_and_is_not_there_by_itself()
    {
        Assert.Equal([], ChartRules.Check(Chart.Render("backup.enabled=true", "backup.restore.enabled=true")));
        Assert.DoesNotContain(Chart.Render("backup.enabled=true").All<V1Job>(), job => job.Metadata.GenerateName is not null);
    }
}
