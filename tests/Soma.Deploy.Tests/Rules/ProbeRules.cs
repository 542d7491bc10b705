using k8s.Models;
using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Rules;

/// <summary>Every serving container has three probes, at ports that it has; a liveness probe asks about the process alone.</summary>
internal static class ProbeRules
{
    /// <summary>How many unanswered probes make silos declare another dead; Kubernetes must kill a silo only after that.</summary>
    private const int LooksOfSilos = 3;

    /// <summary>How many seconds a silo may wait to join the cluster: the limit that <c>Soma.Silo</c> gives Orleans.</summary>
    private const int JoinSeconds = 120;

    public static IEnumerable<string> Check(RenderedChart chart) =>
        chart.Workloads.Where(workload => workload.Serves).SelectMany(Container).Concat(Silos(chart)).Concat(Gateways(chart));

    private static IEnumerable<string> Container(Workload workload)
    {
        var container = workload.Container;
        var probes = new Dictionary<string, V1Probe?>
        {
            ["startup"] = container.StartupProbe,
            ["readiness"] = container.ReadinessProbe,
            ["liveness"] = container.LivenessProbe,
        };
        foreach (var (name, probe) in probes)
        {
            if (probe is null)
            {
                yield return $"{workload.Title} has no {name} probe";
                continue;
            }

            if (probe.TimeoutSeconds is null or < 2 || probe.PeriodSeconds is null || probe.FailureThreshold is null)
            {
                yield return $"{workload.Title}: the {name} probe leaves less than 2 seconds to an answer, or its numbers to chance";
            }

            if ((probe.HttpGet?.Port ?? probe.TcpSocket?.Port)?.Value is { } port && container.Ports.All(one => one.Name != port))
            {
                yield return $"{workload.Title}: the {name} probe asks port {port}, which the container has not";
            }
        }

        if (container.LivenessProbe is { } alive && (alive.FailureThreshold * alive.PeriodSeconds < 60 || alive.HttpGet?.Path.Contains("ready", StringComparison.Ordinal) is true))
        {
            yield return $"{workload.Title}: the liveness probe kills within a minute, or for what others do";
        }
    }

    private static IEnumerable<string> Silos(RenderedChart chart)
    {
        var silo = chart.Component("silo");
        var (startup, alive) = (silo.Container.StartupProbe, silo.Container.LivenessProbe);
        if ((startup.HttpGet?.Path, silo.Container.ReadinessProbe.HttpGet?.Path, alive.HttpGet?.Path) is not ("/health/ready", "/health/ready", "/health/live"))
        {
            yield return "silos are probed at other paths than theirs";
        }

        var patience = 2 * silo.Seconds("SOMA_STARTUP_TIMEOUT_SECONDS") + JoinSeconds;
        if (startup.PeriodSeconds * startup.FailureThreshold <= patience)
        {
            yield return $"silos are killed at their start before the {patience} seconds are over that they may wait for Postgres, Redis and each other";
        }

        if (alive.PeriodSeconds * alive.FailureThreshold <= LooksOfSilos * silo.Seconds("SOMA_PROBE_TIMEOUT_SECONDS"))
        {
            yield return "silos are killed before the other silos would declare them dead";
        }
    }

    private static IEnumerable<string> Gateways(RenderedChart chart)
    {
        var gateway = chart.Component("gateway").Container;
        if ((gateway.StartupProbe.HttpGet?.Path, gateway.ReadinessProbe.HttpGet?.Path, gateway.LivenessProbe.HttpGet?.Path)
            is not ("/health/live", "/health/ready", "/health/live"))
        {
            yield return "gateways are probed at other paths than theirs";
        }
    }
}
