using k8s.Models;
using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Rules;

/// <summary>Ports and Services that are named exist.</summary>
internal static class ServiceRules
{
    public static IEnumerable<string> Check(RenderedChart chart) => Ports(chart).Concat(Targets(chart)).Concat(References(chart));

    private static IEnumerable<string> Ports(RenderedChart chart)
    {
        foreach (var container in chart.Workloads.SelectMany(workload => workload.Containers))
        {
            var ports = container.Ports ?? [];
            foreach (var port in ports.Where(port => port.Name is null or { Length: > 15 } || port.HostPort is not null || port.ContainerPort is < 1 or > 65535))
            {
                yield return $"container {container.Name}: port {port.Name} {port.ContainerPort}";
            }

            if (ports.DistinctBy(port => port.Name).Count() != ports.Count || ports.DistinctBy(port => port.ContainerPort).Count() != ports.Count)
            {
                yield return $"container {container.Name} names a port twice";
            }
        }

        foreach (var service in chart.All<V1Service>().Where(service => service.Spec.Ports.DistinctBy(port => port.Port).Count() != service.Spec.Ports.Count))
        {
            yield return $"Service {service.Metadata.Name} has a port twice";
        }
    }

    private static IEnumerable<string> Targets(RenderedChart chart)
    {
        foreach (var service in chart.All<V1Service>())
        {
            var open = chart.Selected(service.Spec.Selector).SelectMany(workload => workload.Containers).SelectMany(container => container.Ports ?? []).ToArray();
            foreach (var port in service.Spec.Ports)
            {
                if (port.Name is null or { Length: > 15 } || !open.Any(one => one.Name == port.TargetPort.Value || $"{one.ContainerPort}" == port.TargetPort.Value))
                {
                    yield return $"Service {service.Metadata.Name}: port {port.Port} leads to {port.TargetPort.Value}, which no container has";
                }
            }
        }
    }

    private static IEnumerable<string> References(RenderedChart chart)
    {
        foreach (var set in chart.All<V1StatefulSet>().Where(set => !chart.Has<V1Service>(set.Spec.ServiceName)))
        {
            yield return $"StatefulSet {set.Metadata.Name}: there is no Service {set.Spec.ServiceName}";
        }

        foreach (var backend in chart.All<V1Ingress>().SelectMany(one => one.Spec.Rules).SelectMany(rule => rule.Http.Paths).Select(path => path.Backend.Service))
        {
            var service = chart.All<V1Service>().SingleOrDefault(one => one.Metadata.Name == backend.Name);
            if (service?.Spec.Ports.Any(port => port.Name == backend.Port.Name) != true)
            {
                yield return $"Ingress: there is no Service {backend.Name} with port {backend.Port.Name}";
            }
        }
    }
}
