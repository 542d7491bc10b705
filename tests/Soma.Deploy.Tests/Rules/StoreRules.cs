using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Rules;

/// <summary>Postgres and Redis are one pod each, peers of Qdrant are a cluster on nodes of their own, and Redis answers other pods.</summary>
internal static class StoreRules
{
    public static IEnumerable<string> Check(RenderedChart chart)
    {
        foreach (var store in chart.Workloads.Where(one => one.Component is "postgres" or "redis" && one.Replicas > 1))
        {
            yield return $"{store.Title}: several of them, which know nothing of each other, behind one Service";
        }

        if (Find(chart, "qdrant") is { } qdrant)
        {
            if (qdrant.Variable("QDRANT__CLUSTER__ENABLED") != "true" || !qdrant.Container.Args.Single().Contains("--bootstrap", StringComparison.Ordinal)
                || (qdrant.Replicas > 1 && qdrant.Claims.Count == 0))
            {
                yield return $"{qdrant.Title} is no cluster, or one whose peers forget who they are";
            }

            if (qdrant.Replicas > 1 && !IsApart(qdrant))
            {
                yield return $"{qdrant.Title}: two peers may share a node, and both copies of a shard be lost with it";
            }
        }

        // In protected mode a Redis without a password answers only its own pod. Docker's image has the mode off; others have it on.
        if (Find(chart, "redis") is { } redis && !redis.Container.Args.Single().Contains("--protected-mode no", StringComparison.Ordinal))
        {
            yield return $"{redis.Title} answers its own pod alone where it has no password";
        }
    }

    private static Workload? Find(RenderedChart chart, string component) => chart.Workloads.SingleOrDefault(one => one.Component == component);

    private static bool IsApart(Workload workload) => (workload.Pod.Affinity?.PodAntiAffinity?.RequiredDuringSchedulingIgnoredDuringExecution ?? [])
        .Any(term => term.TopologyKey == "kubernetes.io/hostname" && workload.Matches(term.LabelSelector.MatchLabels));
}
