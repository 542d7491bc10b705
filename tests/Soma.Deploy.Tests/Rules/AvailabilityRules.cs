using k8s.Models;
using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Rules;

/// <summary>Rollouts, drains and scaling take one pod at a time, and stores are one, or a cluster.</summary>
internal static class AvailabilityRules
{
    public static IEnumerable<string> Check(RenderedChart chart) =>
        Rollouts(chart).Concat(Budgets(chart)).Concat(Scaling(chart)).Concat(Stores(chart));

    private static IEnumerable<string> Rollouts(RenderedChart chart)
    {
        var gateways = chart.Get<V1Deployment>(chart.Component("gateway").Name).Spec;
        if (gateways.Strategy.RollingUpdate is not { MaxSurge.Value: "1", MaxUnavailable.Value: "0" })
        {
            yield return "a rollout takes a gateway away before the next one is ready";
        }

        var silos = chart.Get<V1StatefulSet>(chart.Component("silo").Name).Spec;
        if (silos is not { PodManagementPolicy: "Parallel", UpdateStrategy.Type: "RollingUpdate", MinReadySeconds: >= 10 and <= 30 })
        {
            yield return "silos start one after the other, or are replaced without a pause";
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
            if (target is null || ReplicasOf(chart, target) is not null)
            {
                yield return $"HPA {scaler.Metadata.Name}: its target is not there, or sets its own number of pods";
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

    private static IEnumerable<string> Stores(RenderedChart chart)
    {
        foreach (var store in chart.Workloads.Where(one => one.Component is "postgres" or "redis" && ReplicasOf(chart, one) > 1))
        {
            yield return $"{store.Title}: several of them, which know nothing of each other, behind one Service";
        }

        if (chart.Workloads.SingleOrDefault(one => one.Component == "qdrant") is { } qdrant
            && (qdrant.Variable("QDRANT__CLUSTER__ENABLED") != "true" || !qdrant.Container.Args.Single().Contains("--bootstrap", StringComparison.Ordinal)
                || (ReplicasOf(chart, qdrant) > 1 && qdrant.Claims.Count == 0)))
        {
            yield return $"{qdrant.Title} is no cluster, or one whose peers forget who they are";
        }
    }

    private static int? ReplicasOf(RenderedChart chart, Workload workload) => workload.Kind == "Deployment"
        ? chart.Get<V1Deployment>(workload.Name).Spec.Replicas
        : chart.Get<V1StatefulSet>(workload.Name).Spec.Replicas;

    private static int FewestOf(RenderedChart chart, Workload workload) => ReplicasOf(chart, workload)
        ?? chart.All<V2HorizontalPodAutoscaler>().SingleOrDefault(one => one.Spec.ScaleTargetRef.Name == workload.Name)?.Spec.MinReplicas ?? 1;
}
