using k8s;
using k8s.Models;

namespace Soma.Deploy.Tests.Rendering;

/// <summary>What the chart rendered, as Kubernetes' own types. Reading fails at an unknown or misspelt field.</summary>
public sealed class RenderedChart
{
    private static readonly Dictionary<string, Type> Custom = new()
    {
        ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(ServiceMonitor),
        ["monitoring.coreos.com/v1/PrometheusRule"] = typeof(PrometheusRule),
        ["cert-manager.io/v1/Certificate"] = typeof(Certificate),
        ["cert-manager.io/v1/Issuer"] = typeof(Issuer),
    };

    public RenderedChart(string yaml)
    {
        Yaml = yaml;
        Objects = [.. KubernetesYaml.LoadAllFromString(yaml, Custom, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>()];
        Workloads = [.. Objects.Select(Workload.From).OfType<Workload>()];
    }

    public string Yaml { get; }

    public IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Objects { get; }

    /// <summary>All objects that make pods.</summary>
    public IReadOnlyList<Workload> Workloads { get; }

    public IEnumerable<T> All<T>() => Objects.OfType<T>();

    public T Get<T>(string name)
        where T : IKubernetesObject<V1ObjectMeta> =>
        All<T>().SingleOrDefault(one => one.Metadata.Name == name)
            ?? throw new InvalidOperationException($"There is no {typeof(T).Name} '{name}', but: {string.Join(", ", All<T>().Select(one => one.Metadata.Name))}");

    public bool Has<T>(string name)
        where T : IKubernetesObject<V1ObjectMeta> => All<T>().Any(one => one.Metadata.Name == name);

    /// <summary>The workload of a component, leaving out Jobs, which run once.</summary>
    public Workload Component(string component) => Workloads.Single(one => one.Component == component && one.Kind != "Job");

    public IEnumerable<Workload> Selected(IDictionary<string, string> labels) => Workloads.Where(one => one.Matches(labels));
}
