using k8s.Models;
using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Rules;

/// <summary>Every mount has a volume, every volume is mounted, and claims outlive their pods.</summary>
internal static class VolumeRules
{
    public static IEnumerable<string> Check(RenderedChart chart) => chart.Workloads.SelectMany(workload => Check(chart, workload));

    private static IEnumerable<string> Check(RenderedChart chart, Workload workload)
    {
        var volumes = (workload.Pod.Volumes ?? []).Select(volume => volume.Name).Concat(workload.Claims.Select(claim => claim.Metadata.Name)).ToArray();
        var mounts = workload.Containers.SelectMany(container => container.VolumeMounts ?? []).ToArray();
        foreach (var missing in mounts.Select(mount => mount.Name).Except(volumes))
        {
            yield return $"{workload.Title} mounts '{missing}', which is no volume of its pods";
        }

        foreach (var idle in volumes.Except(mounts.Select(mount => mount.Name)))
        {
            yield return $"{workload.Title}: nothing mounts the volume '{idle}'";
        }

        if (volumes.Distinct().Count() != volumes.Length)
        {
            yield return $"{workload.Title} has a volume twice";
        }

        foreach (var claim in (workload.Pod.Volumes ?? []).Select(volume => volume.PersistentVolumeClaim?.ClaimName).OfType<string>())
        {
            if (!chart.Has<V1PersistentVolumeClaim>(claim) && !claim.StartsWith("existing-", StringComparison.Ordinal))
            {
                yield return $"{workload.Title}: there is no claim '{claim}'";
            }
        }

        foreach (var container in workload.Containers.Where(one => one.VolumeMounts?.Any(mount => mount.MountPath == "/tmp" && mount.ReadOnlyProperty is not true) != true))
        {
            yield return $"{workload.Title}: {container.Name} cannot write to /tmp, and its root is read-only";
        }

        if (chart.All<V1StatefulSet>().SingleOrDefault(set => set.Metadata.Name == workload.Name) is { Spec.VolumeClaimTemplates.Count: > 0 } set
            && set.Spec.PersistentVolumeClaimRetentionPolicy is not { WhenDeleted: "Retain", WhenScaled: "Retain" })
        {
            yield return $"{workload.Title} does not say that its claims are kept";
        }
    }
}
