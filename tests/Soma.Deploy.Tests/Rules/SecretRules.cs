using System.Text.RegularExpressions;
using k8s.Models;
using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Rules;

/// <summary>Passwords and tokens come from Secrets, and stand in no manifest and no list of processes.</summary>
internal static partial class SecretRules
{
    /// <summary>The Secrets that the deployment guide tells its reader to create. No other may be needed unless a value names it.</summary>
    private static readonly (string Name, string Key)[] OfTheGuide =
    [
        ("soma-api-token", "SOMA_API_TOKEN"), ("soma-postgres-password", "SOMA_POSTGRES_PASSWORD"),
        ("soma-redis-password", "REDIS_PASSWORD"), ("soma-qdrant-api-key", "QDRANT_API_KEY"),
        // CloudNativePG makes these.
        ("soma-postgres-app", "uri"), ("soma-postgres-ca", "ca.crt"),
    ];

    public static IEnumerable<string> Check(RenderedChart chart) =>
        References(chart).Concat(Variables(chart)).Concat(Plain(chart)).Concat(Literals(chart));

    // An environment shows in descriptions of pods, in crash dumps and to every child process.
    private static IEnumerable<string> Variables(RenderedChart chart) =>
        from workload in chart.Workloads
        from container in workload.Containers
        from variable in container.Env ?? []
        where variable.ValueFrom?.SecretKeyRef is not null
        select $"{workload.Title}: {variable.Name} holds a secret, which should lie in a file";

    private static IEnumerable<string> References(RenderedChart chart)
    {
        var made = chart.All<V1Secret>().SelectMany(one => (one.StringData ?? new Dictionary<string, string>()).Keys.Select(key => (one.Metadata.Name, key)));
        var issued = chart.All<Certificate>().SelectMany(one => new[] { "tls.crt", "tls.key", "ca.crt" }.Select(key => (one.Spec.SecretName, key)));
        var known = OfTheGuide.Concat(made).Concat(issued).ToHashSet();
        return from workload in chart.Workloads
               from file in SecretFiles.Of(workload)
               where !known.Contains((file.Secret, file.Key)) && !file.Secret.StartsWith("existing-", StringComparison.Ordinal)
               select $"{workload.Title} needs the Secret {file.Secret} with {file.Key}, which nobody was told to make";
    }

    private static IEnumerable<string> Plain(RenderedChart chart)
    {
        foreach (var workload in chart.Workloads)
        {
            foreach (var container in workload.Containers)
            {
                foreach (var variable in (container.Env ?? []).Where(one => SecretName().IsMatch(one.Name) && one.Value is not null))
                {
                    yield return $"{workload.Title}: {variable.Name} has its value in the manifest";
                }

                // Kubernetes replaces $(NAME) in arguments, which lists of processes show.
                foreach (var argument in (container.Command ?? []).Concat(container.Args ?? []).Where(one => SecretArgument().IsMatch(one)))
                {
                    yield return $"{workload.Title}: a secret becomes an argument: {argument.Trim()}";
                }
            }
        }
    }

    private static IEnumerable<string> Literals(RenderedChart chart)
    {
        var literals = chart.All<V1Secret>().SelectMany(one => (one.StringData ?? new Dictionary<string, string>()).Values).ToArray();
        var elsewhere = chart.Yaml.Split("\n---").Where(document => !document.Contains("\nkind: Secret\n", StringComparison.Ordinal));
        return from document in elsewhere
               from literal in literals
               where document.Contains(literal, StringComparison.Ordinal)
               select $"a secret's value stands outside of its Secret, in {document.Trim().Split('\n')[0]}";
    }

    [GeneratedRegex("(PASSWORD|TOKEN|API_KEY|AUTH)$")]
    private static partial Regex SecretName();

    [GeneratedRegex(@"\$\([A-Z_]*(PASSWORD|TOKEN|KEY|AUTH)\)|--requirepass|--masterauth")]
    private static partial Regex SecretArgument();
}
