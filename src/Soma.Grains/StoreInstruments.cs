namespace Soma.Grains;

/// <summary>Counts how often grains failed because the canonical store could not be reached.</summary>
public sealed class StoreInstruments(Meter meter)
{
    private readonly Counter<long> _failures = meter.CreateCounter<long>(
        "soma_store_failures_total",
        description: "Calls to grains that failed because the canonical store was not to be had, activations included.");

    internal void OnFailure() => _failures.Add(1);
}
