using k8s.Models;
using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Rules;

/// <summary>Rollouts, drains and scaling take one pod at a time, and gateways leave a node that does not answer.</summary>
internal static class AvailabilityRules
{
    public static IEnumerable<string> Check(RenderedChart chart) =>
        Rollouts(chart).Concat(Budgets(chart)).Concat(Scaling(chart)).Concat(LostNodes(chart));

    private static IEnumerable<string> Rollouts(RenderedChart chart)
    {
        var gateways = chart.Get<V1Deployment>(chart.Component("gateway").Name).Spec;
        if (gateways.Strategy.RollingUpdate is not { MaxSurge.Value: "1", MaxUnavailable.Value: "0" })
        {
            yield return "a rollout takes a gateway away before the next one is ready";
        }

        var silos = chart.Get<V1StatefulSet>(chart.Component("silo").Name).Spec;
        if (silos is not { UpdateStrategy.Type: "RollingUpdate", MinReadySeconds: >= 10 and <= 30 })
        {
            yield return "silos are replaced without a pause";
        }

        // Under OrderedReady a rollout that is stuck at a broken pod stays stuck: the rollback waits for that pod to become ready.
        foreach (var set in chart.All<V1StatefulSet>().Where(one => one.Spec.PodManagementPolicy != "Parallel"))
        {
            yield return $"StatefulSet {set.Metadata.Name} starts its pods one after the other, so no rollback heals a broken one";
        }

        if (chart.All<V1Service>().SingleOrDefault(one => one.Metadata.Name == silos.ServiceName)?.Spec is not { ClusterIP: "None", PublishNotReadyAddresses: true })
        {
            yield return "the silos' service is not headless";
        }

        foreach (var workload in chart.Workloads.Where(one => one.Component is "gateway" or "silo"))
        {
            var keys = (workload.Pod.TopologySpreadConstraints ?? []).Select(one => one.TopologyKey).ToArray();
            if (!keys.Contains("kubernetes.io/hostname") || !keys.Contains("topology.kubernetes.io/zone"))
            {
                yield return $"{workload.Title} does not spread over nodes and zones";
            }
        }
    }

    private static IEnumerable<string> Budgets(RenderedChart chart)
    {
        foreach (var workload in chart.Workloads.Where(one => one.Serves))
        {
            var budgets = chart.All<V1PodDisruptionBudget>().Where(one => workload.Matches(one.Spec.Selector.MatchLabels)).ToArray();
            var several = FewestOf(chart, workload) > 1;
            if (budgets.Length != (several ? 1 : 0))
            {
                yield return $"{workload.Title} has {budgets.Length} disruption budgets";
            }

            if (budgets.Any(one => one.Spec.MaxUnavailable?.Value != "1" || one.Spec.MinAvailable is not null))
            {
                yield return $"{workload.Title}: drains may take more than one at a time, or none";
            }
        }
    }

    private static IEnumerable<string> Scaling(RenderedChart chart)
    {
        foreach (var scaler in chart.All<V2HorizontalPodAutoscaler>())
        {
            var target = chart.Workloads.SingleOrDefault(one => one.Kind == scaler.Spec.ScaleTargetRef.Kind && one.Name == scaler.Spec.ScaleTargetRef.Name);
            if (target is null)
            {
                yield return $"HPA {scaler.Metadata.Name}: its target is not there";
            }
            else if (target.Replicas is not { } pods || pods < scaler.Spec.MinReplicas || pods > scaler.Spec.MaxReplicas)
            {
                // Kubernetes reads a missing number as 1 and ends the other pods until the HPA acts.
                yield return $"{target.Title} would have {target.Replicas ?? 1} pods until its HPA acts";
            }

            if (scaler.Spec.Metrics is null or { Count: 0 } || scaler.Spec.MinReplicas > scaler.Spec.MaxReplicas)
            {
                yield return $"HPA {scaler.Metadata.Name} follows nothing, or cannot move";
            }

            if (scaler.Spec.Behavior?.ScaleDown is not { StabilizationWindowSeconds: >= 300, Policies: [{ Type: "Pods", Value: 1, PeriodSeconds: >= 60 }] })
            {
                yield return $"HPA {scaler.Metadata.Name} takes pods away faster than one a minute";
            }
        }
    }

    private static IEnumerable<string> LostNodes(RenderedChart chart)
    {
        var gateways = chart.Component("gateway");
        foreach (var taint in (string[])["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"])
        {
            var times = (gateways.Pod.Tolerations ?? []).Where(one => one.Key == taint && one.Effect == "NoExecute").Select(one => one.TolerationSeconds).ToArray();
            if (times is not [<= 60])
            {
                yield return $"gateways stay on a node with {taint} for the 300 seconds that Kubernetes would wait";
            }
        }
    }

    private static int FewestOf(RenderedChart chart, Workload workload) =>
        chart.All<V2HorizontalPodAutoscaler>().SingleOrDefault(one => one.Spec.ScaleTargetRef.Name == workload.Name)?.Spec.MinReplicas ?? workload.Replicas ?? 1;
}
