using Soma.Deploy.Tests.Rendering;
using Soma.Hosting;

namespace Soma.Deploy.Tests.Rules;

/// <summary>Kubernetes waits longer for a pod to stop than its process may take.</summary>
internal static class ShutdownRules
{
    private static double HostSeconds => WebProcess.ShutdownTimeout.TotalSeconds;

    public static IEnumerable<string> Check(RenderedChart chart)
    {
        var (silo, gateway) = (chart.Component("silo"), chart.Component("gateway"));
        if (silo.Pod.TerminationGracePeriodSeconds is not { } grace || grace <= HostSeconds)
        {
            yield return $"silos are killed before the {HostSeconds} seconds are over that they allow themselves";
        }

        var pause = PauseOf(gateway);
        if (pause is null or < 1)
        {
            yield return "gateways stop listening before clients were sent elsewhere";
        }

        if (gateway.Pod.TerminationGracePeriodSeconds is not { } patience || patience <= pause + HostSeconds)
        {
            yield return $"gateways are killed before the {pause} + {HostSeconds} seconds are over that they need";
        }

        if (gateway.Seconds("SOMA_DRAIN_SECONDS") >= HostSeconds)
        {
            yield return "gateways keep idle connections longer than they may live";
        }

        foreach (var workload in chart.Workloads.Where(one => one.Serves && one.Pod.TerminationGracePeriodSeconds is null))
        {
            yield return $"{workload.Title} does not say how long it may take to stop";
        }

        // With a shell as process 1 the signal to stop would not reach silo or gateway.
        foreach (var workload in chart.Workloads.Where(one => one.Component is "silo" or "gateway" && one.Container.Command is not null))
        {
            yield return $"{workload.Title} does not run what its image runs";
        }
    }

    private static double? PauseOf(Workload gateway) => gateway.Container.Lifecycle?.PreStop switch
    {
        { Sleep: { } sleep } => sleep.Seconds,
        { Exec.Command: ["sleep", var seconds] } => double.Parse(seconds),
        _ => null,
    };
}
