namespace Soma.Grains.Storage.Sweeping;

/// <summary>Metrics of this silo's sweeps.</summary>
public sealed class SweepInstruments(Meter meter)
{
    private readonly Counter<long> _memories = meter.CreateCounter<long>(
        "soma_swept_memories_total", description: "Expired memories that this silo's sweep reclaimed.");

    private readonly Counter<long> _receipts = meter.CreateCounter<long>(
        "soma_swept_receipts_total", description: "Expired receipts that this silo's sweep deleted.");

    private readonly Counter<long> _failures = meter.CreateCounter<long>(
        "soma_sweep_failures_total", description: "Sweeps that ended early because the store or Qdrant failed; the next one goes on.");

    internal void OnSwept(SweptSet set)
    {
        _memories.Add(set.Memories);
        _receipts.Add(set.Receipts);
    }

    internal void OnFailure() => _failures.Add(1);
}
