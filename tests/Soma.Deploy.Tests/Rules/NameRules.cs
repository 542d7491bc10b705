using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Rules;

/// <summary>Names are unique and short enough, no object names its namespace, and all have the standard labels.</summary>
internal static class NameRules
{
    private static readonly string[] Standard =
    [
        "app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component", "app.kubernetes.io/part-of",
        "app.kubernetes.io/version", "app.kubernetes.io/managed-by", "helm.sh/chart",
    ];

    public static IEnumerable<string> Check(RenderedChart chart)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var one in chart.Objects)
        {
            var title = $"{one.Kind} {one.Metadata.Name ?? one.Metadata.GenerateName}";
            if (!names.Add(title))
            {
                yield return $"{title} is there twice";
            }

            // A CronJob adds 11 characters for its jobs, a StatefulSet 11 for the hash in its pods' labels.
            var longest = one.Kind is "CronJob" or "StatefulSet" ? 52 : 63;
            if (title.Length - one.Kind.Length - 1 > longest)
            {
                yield return $"{title}: the name has more than {longest} characters";
            }

            if (one.Metadata.NamespaceProperty is not null)
            {
                yield return $"{title} names a namespace";
            }

            foreach (var missing in Standard.Where(label => one.Metadata.Labels?.ContainsKey(label) != true))
            {
                yield return $"{title} has no label {missing}";
            }
        }
    }
}
