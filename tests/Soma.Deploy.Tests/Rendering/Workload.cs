using k8s;
using k8s.Models;

namespace Soma.Deploy.Tests.Rendering;

/// <summary>An object that makes pods, of any kind.</summary>
public sealed record Workload(string Kind, string Name, V1PodTemplateSpec Template)
{
    public V1LabelSelector? Selector { get; private init; }

    public IList<V1PersistentVolumeClaim> Claims { get; private init; } = [];

    /// <summary>How many pods; null where the manifest does not say.</summary>
    public int? Replicas { get; private init; }

    /// <summary>Whether its pods run until they are stopped; those of Jobs end by themselves.</summary>
    public bool Serves => Kind is "Deployment" or "StatefulSet";

    public string Component => Labels["component"];

    public IDictionary<string, string> Labels => Template.Metadata.Labels;

    public V1PodSpec Pod => Template.Spec;

    public IEnumerable<V1Container> Containers => Pod.Containers.Concat(Pod.InitContainers ?? []);

    /// <summary>The container of pods that have exactly one.</summary>
    public V1Container Container => Pod.Containers.Single();

    public string Title => $"{Kind} {Name}";

    /// <summary>Null for an object that makes no pods.</summary>
    public static Workload? From(IKubernetesObject<V1ObjectMeta> one) => one switch
    {
        V1Deployment deployment => new("Deployment", deployment.Name(), deployment.Spec.Template) { Selector = deployment.Spec.Selector, Replicas = deployment.Spec.Replicas },
        V1StatefulSet set => new("StatefulSet", set.Name(), set.Spec.Template)
        {
            Selector = set.Spec.Selector,
            Replicas = set.Spec.Replicas,
            Claims = set.Spec.VolumeClaimTemplates ?? [],
        },
        V1CronJob job => new("CronJob", job.Name(), job.Spec.JobTemplate.Spec.Template),
        V1Job job => new("Job", job.Metadata.Name ?? job.Metadata.GenerateName, job.Spec.Template),
        V1Pod pod => new("Pod", pod.Name(), new V1PodTemplateSpec { Metadata = pod.Metadata, Spec = pod.Spec }),
        _ => null,
    };

    public bool Matches(IDictionary<string, string> labels) =>
        labels.Count > 0 && labels.All(label => Labels.TryGetValue(label.Key, out var value) && value == label.Value);

    public V1Volume? Volume(string name) => Pod.Volumes?.SingleOrDefault(volume => volume.Name == name);

    public string? Variable(string name) => Container.Env.SingleOrDefault(one => one.Name == name)?.Value;

    /// <summary>The value of a variable in seconds; NaN where it holds no number, so that every comparison with it is false.</summary>
    public double Seconds(string variable) => double.TryParse(Variable(variable), out var seconds) ? seconds : double.NaN;

    /// <summary>The file of a Secret that a variable names; null: there is none.</summary>
    internal SecretFile? SecretOf(string variable) => SecretFiles.Of(this).SingleOrDefault(file => file.Path == Variable(variable));
}
