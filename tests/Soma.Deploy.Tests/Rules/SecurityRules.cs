using k8s.Models;
using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Rules;

/// <summary>The pod security standard "restricted", a read-only root, no token of the cluster, and images of a version.</summary>
internal static class SecurityRules
{
    private static readonly string[] AllowedVolumes = ["ConfigMap", "EmptyDir", "PersistentVolumeClaim", "Projected", "Secret"];

    public static IEnumerable<string> Check(RenderedChart chart) => chart.Workloads.SelectMany(workload =>
        Pod(chart, workload).Concat(workload.Containers.SelectMany(container => Container(workload, container))))
        .Concat(chart.All<V1ServiceAccount>().Where(one => one.AutomountServiceAccountToken is not false).Select(one => $"ServiceAccount {one.Metadata.Name} mounts its token"))
        .Concat(chart.Objects.Where(one => one.Kind.Contains("Role", StringComparison.Ordinal)).Select(one => $"{one.Kind} {one.Metadata.Name} gives rights in the cluster"));

    private static IEnumerable<string> Pod(RenderedChart chart, Workload workload)
    {
        var (pod, security) = (workload.Pod, workload.Pod.SecurityContext);
        if (security is not { RunAsNonRoot: true, RunAsUser: > 0, FsGroup: > 0, SeccompProfile.Type: "RuntimeDefault" })
        {
            yield return $"{workload.Title}: the pods' security context is not that of the restricted standard";
        }

        if (pod.HostNetwork is true || pod.HostPID is true || pod.HostIPC is true)
        {
            yield return $"{workload.Title} shares the node's namespaces";
        }

        foreach (var volume in pod.Volumes ?? [])
        {
            var kinds = typeof(V1Volume).GetProperties().Where(kind => kind.Name != nameof(V1Volume.Name) && kind.GetValue(volume) is not null).Select(kind => kind.Name);
            foreach (var kind in kinds.Except(AllowedVolumes))
            {
                yield return $"{workload.Title}: volume {volume.Name} is of kind {kind}";
            }

            if (volume.Projected?.Sources.Any(source => source.Secret is null) is true)
            {
                yield return $"{workload.Title}: volume {volume.Name} holds something else than Secrets";
            }
        }

        if (pod.AutomountServiceAccountToken is not false)
        {
            yield return $"{workload.Title} mounts a token of the cluster";
        }

        // SOMA_QDRANT_PORT=tcp://… of a Service called soma-qdrant would stop a silo with exit code 10.
        if (pod.EnableServiceLinks is not false)
        {
            yield return $"{workload.Title} gets variables from Services' names";
        }

        if (!chart.Has<V1ServiceAccount>(pod.ServiceAccountName) || !pod.ServiceAccountName.EndsWith($"-{workload.Component}", StringComparison.Ordinal))
        {
            yield return $"{workload.Title} has no ServiceAccount of its own, but {pod.ServiceAccountName}";
        }
    }

    private static IEnumerable<string> Container(Workload workload, V1Container container)
    {
        if (container.SecurityContext is not
            {
                AllowPrivilegeEscalation: false, Privileged: not true, ReadOnlyRootFilesystem: true, RunAsNonRoot: true,
                Capabilities: { Drop: ["ALL"], Add: null or { Count: 0 } },
            })
        {
            yield return $"{workload.Title}: the security context of {container.Name} is not that of the restricted standard";
        }

        var tag = container.Image.Split('@')[0].Split('/')[^1].Split(':');
        if (tag.Length != 2 || tag[1] is "" or "latest")
        {
            yield return $"{workload.Title}: image {container.Image} is of no version";
        }
    }
}
