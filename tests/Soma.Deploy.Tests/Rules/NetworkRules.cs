using k8s.Models;
using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Rules;

/// <summary>Where there are NetworkPolicies, they allow the connections that are needed, and no others.</summary>
internal static class NetworkRules
{
    private const string Outside = "anyone";

    private static readonly string[] Needed =
    [
        "gateway>silo:30000", "silo>silo:11111", "silo>postgres:5432", "backup>postgres:5432", "gateway>redis:6379", "silo>redis:6379",
        "silo>qdrant:6333", "qdrant>qdrant:6335", "test>gateway:9595", "anyone>gateway:9595",
    ];

    // Everybody may reach gateways, so a connection to them is never too much.
    private static bool IsOpenToAll(string connection) => connection.EndsWith(">gateway:9595", StringComparison.Ordinal);

    public static IEnumerable<string> Check(RenderedChart chart)
    {
        var policies = chart.All<V1NetworkPolicy>().ToArray();
        if (policies.Length == 0)
        {
            yield break;
        }

        foreach (var bare in chart.Workloads.Where(workload => !policies.Any(policy => Holds(policy, workload) && policy.Spec.PolicyTypes.Count == 2)))
        {
            yield return $"no policy holds the pods of {bare.Title}";
        }

        string[] wanted = chart.All<ServiceMonitor>().Any() ? [.. Needed, "anyone>silo:9596"] : Needed;
        var there = chart.Workloads.Select(workload => workload.Component).Append(Outside).ToHashSet();
        var possible = Connections(chart, policies, (all, target, port, source) =>
            Enters(all, target, port, source) && (source is null || Leaves(all, target, port, source)));
        foreach (var missing in wanted.Where(one => one.Split('>', ':')[..2].All(there.Contains)).Except(possible))
        {
            yield return $"policies forbid {missing}";
        }

        // Looks at the two ends apart: what one policy lets in or out is too much even if the policy at the other end forbids it.
        var open = Connections(chart, policies, Enters).Concat(Connections(chart, policies, Leaves));
        foreach (var needless in open.Distinct().Except(wanted).Where(one => !IsOpenToAll(one)))
        {
            yield return $"policies allow {needless}";
        }

        foreach (var workload in chart.Workloads.Where(one => one.Component != "postgres" && one.Component != "redis" && !Leaves(policies, null, 53, one)))
        {
            yield return $"{workload.Title} cannot ask for addresses";
        }
    }

    private static string[] Connections(
        RenderedChart chart, V1NetworkPolicy[] policies, Func<V1NetworkPolicy[], Workload, int, Workload?, bool> allows) =>
    [
        .. from target in chart.Workloads
           from port in target.Containers.SelectMany(container => container.Ports ?? [])
           from source in chart.Workloads.Select(workload => (Workload?)workload).Append(null)
           where allows(policies, target, port.ContainerPort, source)
           select $"{source?.Component ?? Outside}>{target.Component}:{port.ContainerPort}",
    ];

    private static bool Enters(V1NetworkPolicy[] policies, Workload target, int port, Workload? source) => policies
        .Where(policy => Holds(policy, target)).SelectMany(policy => policy.Spec.Ingress ?? [])
        .Any(rule => Has(rule.Ports, port) && (rule.FromProperty is null or { Count: 0 } || rule.FromProperty.Any(peer => Is(peer, source))));

    private static bool Leaves(V1NetworkPolicy[] policies, Workload? target, int port, Workload? source) => source is not null && policies
        .Where(policy => Holds(policy, source)).SelectMany(policy => policy.Spec.Egress ?? [])
        .Any(rule => Has(rule.Ports, port) && (rule.To is null or { Count: 0 } || rule.To.Any(peer => Is(peer, target))));

    private static bool Holds(V1NetworkPolicy policy, Workload workload) => workload.Matches(policy.Spec.PodSelector.MatchLabels);

    private static bool Has(IList<V1NetworkPolicyPort>? ports, int port) => ports is null or { Count: 0 } || ports.Any(one => one.Port.Value == $"{port}");

    // Pods of other namespaces count as outside.
    private static bool Is(V1NetworkPolicyPeer peer, Workload? workload) => workload is null
        ? peer.NamespaceSelector is not null || peer.IpBlock is not null
        : peer.NamespaceSelector is null && workload.Matches(peer.PodSelector.MatchLabels);
}
