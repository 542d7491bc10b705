using k8s.Models;
using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Rules;

/// <summary>Every selector finds the pods of one component, and exactly those.</summary>
internal static class SelectorRules
{
    public static IEnumerable<string> Check(RenderedChart chart) =>
        Workloads(chart).Concat(Selections(chart).SelectMany(selection => OneComponent(chart, selection))).Concat(Monitors(chart));

    private static IEnumerable<string> Workloads(RenderedChart chart)
    {
        foreach (var workload in chart.Workloads)
        {
            if (workload.Selector is { } selector && !workload.Matches(selector.MatchLabels))
            {
                yield return $"{workload.Title} does not select its own pods";
            }

            if (workload.Labels["app"] != Chart.Name)
            {
                yield return $"{workload.Title}: its pods are called app={workload.Labels["app"]}";
            }

            if (workload.Labels.Keys.FirstOrDefault(label => label is "helm.sh/chart" or "app.kubernetes.io/version") is { } label && workload.Serves)
            {
                yield return $"{workload.Title}: the pods' label {label} would restart them with every upgrade of the chart";
            }
        }
    }

    private static IEnumerable<(string Title, IDictionary<string, string> Labels)> Selections(RenderedChart chart)
    {
        foreach (var one in chart.All<V1Service>())
        {
            yield return ($"Service {one.Metadata.Name}", one.Spec.Selector);
        }

        foreach (var one in chart.All<V1PodDisruptionBudget>())
        {
            yield return ($"PodDisruptionBudget {one.Metadata.Name}", one.Spec.Selector.MatchLabels);
        }

        foreach (var one in chart.All<V1NetworkPolicy>())
        {
            yield return ($"NetworkPolicy {one.Metadata.Name}", one.Spec.PodSelector.MatchLabels);
        }

        foreach (var workload in chart.Workloads.Where(workload => workload.Selector is not null))
        {
            yield return (workload.Title, workload.Selector!.MatchLabels);
            foreach (var spread in workload.Pod.TopologySpreadConstraints ?? [])
            {
                yield return ($"{workload.Title}, spread over {spread.TopologyKey}", spread.LabelSelector.MatchLabels);
            }
        }
    }

    private static IEnumerable<string> OneComponent(RenderedChart chart, (string Title, IDictionary<string, string> Labels) selection)
    {
        var found = chart.Selected(selection.Labels).Select(workload => workload.Component).Distinct().ToArray();
        if (found.Length != 1)
        {
            yield return $"{selection.Title} selects {found.Length} components: {string.Join(", ", found)}";
        }

        if (!selection.Labels.ContainsKey("app.kubernetes.io/instance"))
        {
            yield return $"{selection.Title} would also select another release's pods";
        }
    }

    private static IEnumerable<string> Monitors(RenderedChart chart)
    {
        foreach (var monitor in chart.All<ServiceMonitor>())
        {
            var services = chart.All<V1Service>()
                .Where(service => monitor.Spec.Selector.MatchLabels.All(label => service.Metadata.Labels.Contains(label))).ToArray();
            if (services.Length != 1 || services[0].Spec.Ports.All(port => port.Name != monitor.Spec.Endpoints.Single().Port))
            {
                yield return $"ServiceMonitor {monitor.Metadata.Name} finds {services.Length} services, or not its port";
            }
        }
    }
}
