namespace Soma.Grains;

/// <summary>Counts how often grains failed because the canonical store could not be reached, and shows whether it has lost writes.</summary>
public sealed class StoreInstruments
{
    private readonly Counter<long> _failures;

    public StoreInstruments(Meter meter, LostWrites lost)
    {
        _failures = meter.CreateCounter<long>(
            "soma_store_failures_total",
            description: "Calls to grains that failed because the canonical store was not to be had, activations included.");
        meter.CreateObservableGauge(
            "soma_store_lost_writes",
            () => (long)(lost.Known?.Count ?? 0),
            description: "Losses of acknowledged writes that are known and that no operator has accepted: nothing is served while it is above 0.");
    }

    internal void OnFailure() => _failures.Add(1);
}
