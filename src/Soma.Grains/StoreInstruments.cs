using Prometheus;

namespace Soma.Grains;

/// <summary>Counts failures of the canonical store, for <c>/metrics</c>.</summary>
public sealed class StoreInstruments
{
    private readonly Counter _failures;

    public StoreInstruments(CollectorRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        _failures = Metrics.WithCustomRegistry(registry).CreateCounter(
            "soma_store_failures_total", "Calls to grains that failed because the canonical store was not to be had, activations included.");
    }

    internal void OnFailure() => _failures.Inc();
}
