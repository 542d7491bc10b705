using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Rules;

/// <summary>Every container has requests and a limit of memory, and none has a limit of CPU.</summary>
internal static class ResourceRules
{
    public static IEnumerable<string> Check(RenderedChart chart) =>
        from workload in chart.Workloads
        from container in workload.Containers
        let requests = container.Resources?.Requests
        let limits = container.Resources?.Limits
        from problem in new[]
        {
            requests?.ContainsKey("cpu") is true && requests.ContainsKey("memory") ? null : "does not say what it needs",
            limits?.ContainsKey("memory") is true ? null : "has no limit of memory",
            // A throttled silo misses its probes and is declared dead by the others.
            limits?.ContainsKey("cpu") is true ? "has a limit of CPU" : null,
            requests is not null && limits is not null && requests["memory"].ToDouble() > limits["memory"].ToDouble() ? "asks for more than it may have" : null,
        }
        where problem is not null
        select $"{workload.Title}: {container.Name} {problem}";
}
