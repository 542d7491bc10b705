using System.Text.RegularExpressions;
using k8s.Models;
using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Rules;

/// <summary>A backup runs on its schedule, one at a time, reads Postgres, keeps the newest ones, and is verified. Its volume exists before the first one.</summary>
internal static partial class BackupRules
{
    public static IEnumerable<string> Check(RenderedChart chart) => Jobs(chart).Concat(Claims(chart));

    /// <summary>Where volumes are made at their first use, <c>helm --wait</c> waits for a claim until something mounts it.</summary>
    private static IEnumerable<string> Claims(RenderedChart chart)
    {
        foreach (var claim in chart.All<V1PersistentVolumeClaim>().Where(one => !chart.Workloads.Any(workload => MountsAtOnce(workload, one))))
        {
            yield return $"nothing mounts the claim {claim.Metadata.Name} at the installation, and helm --wait would wait for it";
        }

        foreach (var job in chart.All<V1Job>().Where(one => one.Metadata.Name is { } name && !HasHash().IsMatch(name)))
        {
            yield return $"Job {job.Metadata.Name} is always called the same, and its template cannot change";
        }
    }

    private static bool MountsAtOnce(Workload workload, V1PersistentVolumeClaim claim) => workload.Kind is not ("CronJob" or "Pod")
        && (workload.Pod.Volumes ?? []).Any(volume => volume.PersistentVolumeClaim?.ClaimName == claim.Metadata.Name);

    private static IEnumerable<string> Jobs(RenderedChart chart)
    {
        foreach (var job in chart.All<V1CronJob>())
        {
            var spec = job.Spec;
            if (!CronExpression.IsValid(spec.Schedule))
            {
                yield return $"CronJob {job.Metadata.Name}: '{spec.Schedule}' is no schedule";
            }

            if (spec is not
                {
                    ConcurrencyPolicy: "Forbid", StartingDeadlineSeconds: > 0, TimeZone.Length: > 0,
                    SuccessfulJobsHistoryLimit: > 0, FailedJobsHistoryLimit: > 0,
                })
            {
                yield return $"CronJob {job.Metadata.Name} may run twice at once, or leaves no trace";
            }

            if (spec.JobTemplate.Spec is not { BackoffLimit: > 0, ActiveDeadlineSeconds: > 0, Template.Spec.RestartPolicy: "Never" })
            {
                yield return $"CronJob {job.Metadata.Name} does not say how often and how long it is tried";
            }

            var pod = spec.JobTemplate.Spec.Template.Spec;
            if (pod.InitContainers is not [{ Command: ["soma", "backup", "--to", var to, "--keep", _, ..] } backup]
                || pod.Containers is not [{ Command: ["soma", "verify", "--from", var from, ..] }]
                || to != from)
            {
                yield return $"CronJob {job.Metadata.Name} does not back up, and then verify what it wrote";
                continue;
            }

            if (!to.StartsWith("s3://", StringComparison.Ordinal) && !backup.VolumeMounts.Any(mount => mount.MountPath == to))
            {
                yield return $"CronJob {job.Metadata.Name}: {to} is no volume, so the backup goes with the pod";
            }

            // The image sets SOMA_DATA_DIR, which `soma` prefers to Postgres: the backup would be one of an empty folder.
            if (backup.Env.Any(one => one.Name.StartsWith("POSTGRES_", StringComparison.Ordinal))
                && backup.Env.SingleOrDefault(one => one.Name == "SOMA_DATA_DIR")?.Value is not "")
            {
                yield return $"CronJob {job.Metadata.Name} reads a folder instead of Postgres";
            }
        }
    }

    [GeneratedRegex("-[0-9a-f]{8}$")]
    private static partial Regex HasHash();
}
