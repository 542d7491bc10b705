using k8s.Models;
using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Rules;

/// <summary>Where TLS is on it is on everywhere, and no pod can read a key that it does not present.</summary>
internal static class TlsRules
{
    private static readonly Dictionary<string, string[]> Keys = new()
    {
        ["gateway"] = ["gateway", "cluster"],
        ["silo"] = ["cluster"],
        ["postgres"] = ["stores"],
        ["redis"] = ["stores"],
        ["qdrant"] = ["stores"],
    };

    public static IEnumerable<string> Check(RenderedChart chart)
    {
        var isOn = chart.Component("silo").Variable("SOMA_CLUSTER_TLS_CERT_FILE") is not null;
        return chart.Workloads.SelectMany(workload => Mounted(workload, isOn)).Concat(Probes(chart, isOn)).Concat(Names(chart)).Concat(Processes(chart, isOn));
    }

    private static IEnumerable<string> Mounted(Workload workload, bool isOn)
    {
        var keys = SecretFiles.Of(workload).Where(file => file.Key == "tls.key").Select(file => file.Secret.Split('-')[^2]).Order().ToArray();
        var wanted = isOn ? Keys.GetValueOrDefault(workload.Component, []).Order().ToArray() : [];
        if (!keys.SequenceEqual(wanted))
        {
            yield return $"{workload.Title} holds the keys of [{string.Join(", ", keys)}] and should hold those of [{string.Join(", ", wanted)}]";
        }
    }

    private static IEnumerable<string> Probes(RenderedChart chart, bool isOn) =>
        from workload in chart.Workloads
        where workload.Serves
        from probe in new[] { workload.Container.StartupProbe, workload.Container.ReadinessProbe, workload.Container.LivenessProbe }
        where probe.HttpGet is not null && probe.HttpGet.Scheme == "HTTPS" != isOn
        select $"{workload.Title} is probed by {probe.HttpGet.Scheme ?? "HTTP"}, which it does not speak";

    /// <summary>Certificates are for the names by which the chart's pods reach each other.</summary>
    private static IEnumerable<string> Names(RenderedChart chart) =>
        from certificate in chart.All<Certificate>()
        where !certificate.Spec.IsCA
        from service in chart.All<V1Service>()
        where Purpose(service) is { } purpose && certificate.Metadata.Name.EndsWith($"-{purpose}-tls", StringComparison.Ordinal)
            && certificate.Spec.IssuerRef.Kind == "Issuer" && !certificate.Spec.DnsNames.Contains(service.Metadata.Name)
        select $"the certificate {certificate.Metadata.Name} is not for {service.Metadata.Name}";

    private static IEnumerable<string> Processes(RenderedChart chart, bool isOn)
    {
        // Where they could not start, the rule of the environment says why.
        if (EnvironmentRules.Check(chart).Any())
        {
            yield break;
        }

        var (silo, gateway) = (EnvironmentRules.ReadSilo(chart), EnvironmentRules.ReadGateway(chart));
        bool[] all = [silo.Tls is not null, gateway.Tls is not null, silo.AdminCertificate is not null, gateway.Http.Certificate is not null];
        if (all.Any(one => one != isOn))
        {
            yield return "silos and gateways do not agree on TLS";
        }

        if (isOn && chart.Workloads.Any(one => one.Component == "redis") && !(silo.Redis.Ssl && gateway.Redis.Ssl))
        {
            yield return "Redis is reached without TLS";
        }

        if (isOn && chart.Workloads.Any(one => one.Component == "postgres") && !silo.Postgres.Contains("SSL Mode=VerifyFull", StringComparison.Ordinal))
        {
            yield return "Postgres is reached without TLS";
        }

        if (isOn && chart.Workloads.Any(one => one.Component == "qdrant") && silo.Qdrant is not { Url.Scheme: "https", CertificateCheck: not null })
        {
            yield return "Qdrant is reached without TLS";
        }
    }

    private static string? Purpose(V1Service service) => service.Metadata.Labels["component"] switch
    {
        _ when service.Spec.ClusterIP == "None" => null,
        "gateway" => "gateway",
        "postgres" or "redis" or "qdrant" => "stores",
        _ => null,
    };
}
